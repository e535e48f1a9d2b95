// Replies work without this file. It adds: names that complete themselves after an @, and a quote put where you write.
"use strict";
{
  const page = document;
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  // Names. What stands after the last @ before the caret is looked for in the names of those who may read this.
  const people = new Map();
  const known = (address) => {
    if (!people.has(address)) people.set(address, fetch(address, { credentials: "same-origin" }).then((r) => (r.ok ? r.json() : []), () => []));
    return people.get(address);
  };
  let count = 0;
  for (const field of page.querySelectorAll("textarea[data-people]")) {
    const list = page.createElement("ul");
    const said = page.createElement("p");
    list.id = `names-${count += 1}`;
    list.className = "names";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "@");
    said.className = "vh";
    said.setAttribute("role", "status");
    field.after(list, said);
    field.setAttribute("aria-autocomplete", "list");
    let fits = [], chosen = 0, from = -1;

    const close = () => {
      list.hidden = true;
      fits = [];
      field.removeAttribute("aria-activedescendant");
      field.removeAttribute("aria-controls");
    };
    const choose = (at) => {
      chosen = (at + fits.length) % fits.length;
      [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === chosen)));
      field.setAttribute("aria-activedescendant", list.children[chosen].id);
      list.children[chosen].scrollIntoView({ block: "nearest" });
    };
    const take = () => {
      const person = fits[chosen], end = field.selectionEnd;
      field.setRangeText(`@${person.alone ? person.name : person.handle} `, from, end, "end");
      close();
      field.dispatchEvent(new Event("input", { bubbles: true }));
    };
    const look = async () => {
      const before = field.value.slice(0, field.selectionEnd);
      const found = /(?:^|[^\p{L}\p{N}@._\/-])@([\p{L}\p{M}\p{N}-]*(?: [\p{L}\p{M}\p{N}-]*)?)$/u.exec(before);
      if (!found) return close();
      const sought = plain(found[1]);
      const all = await known(field.dataset.people);
      if (field.value.slice(0, field.selectionEnd) !== before) return;
      from = before.length - found[1].length - 1;
      fits = all
        .filter((it) => plain(it.name).startsWith(sought) || it.handle.startsWith(sought) || plain(it.name).split(" ").some((word) => word.startsWith(sought)))
        .slice(0, 8)
        .map((it) => ({ ...it, alone: all.filter((other) => plain(other.name) === plain(it.name)).length === 1 }));
      if (!fits.length || (fits.length === 1 && sought === plain(fits[0].name))) return close();
      list.replaceChildren(...fits.map((it, i) => {
        const item = page.createElement("li"), handle = page.createElement("span");
        item.id = `${list.id}-${i}`;
        item.setAttribute("role", "option");
        handle.className = "soft small";
        handle.textContent = ` @${it.handle}`;
        item.append(it.name, handle);
        item.addEventListener("pointerdown", (e) => { e.preventDefault(); chosen = i; take(); });
        return item;
      }));
      list.hidden = false;
      field.setAttribute("aria-controls", list.id);
      said.textContent = field.dataset.sayPeople.replace("*", fits.length);
      choose(0);
    };
    field.addEventListener("input", (e) => { if (!e.isComposing) look(); });
    field.addEventListener("blur", close);
    field.addEventListener("keydown", (e) => {
      if (list.hidden || e.isComposing || e.ctrlKey || e.metaKey) return;
      const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
      if (step) choose(chosen + step);
      else if (e.key === "Enter" || e.key === "Tab") take();
      else if (e.key === "Escape") close();
      else return;
      e.preventDefault();
    });
  }

  // Quotes. The link leads to a page with the form; here the words go into the form that is there.
  const reply = page.getElementById("reply");
  for (const link of page.querySelectorAll("a[data-quote]")) {
    link.addEventListener("click", (e) => {
      const words = link.closest("article")?.querySelector(".say")?.innerText.trim();
      if (!reply || !words || e.ctrlKey || e.metaKey || e.shiftKey || e.button) return;
      e.preventDefault();
      const lines = [`**${link.dataset.quote}**`, "", ...words.split("\n")].map((line) => `> ${line}`.trimEnd());
      reply.value = `${reply.value.trimEnd()}${reply.value.trim() ? "\n\n" : ""}${lines.join("\n")}\n\n`;
      reply.focus();
      reply.setSelectionRange(reply.value.length, reply.value.length);
      reply.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
}
