// Meridian works without this file. It adds: keys, drafts kept while you type, marks of Markdown by a button, a clock that
// ticks, your time zone found for you, a question when your clock has changed, a print button. Every word it shows stands in
// the page already, or comes from the server.
"use strict";
const page = document, body = page.body;

// Keys. A link with data-keys="g t" is followed by typing g, then t; a field is gone to. The page says data-shortcuts when they are on.
let typed = [], typedAt = 0;
const writing = (el) => el.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName);
addEventListener("keydown", (e) => {
  if ((e.ctrlKey || e.metaKey) && e.key === "Enter" && e.target.form && writing(e.target)) {
    e.preventDefault();
    return e.target.form.requestSubmit();
  }
  if (!("shortcuts" in body.dataset) || e.ctrlKey || e.metaKey || e.altKey || e.repeat || writing(e.target)) return;
  if (e.key.length > 1 && !/^Arrow(Left|Right)$/.test(e.key)) return;
  typed = e.timeStamp - typedAt > 1500 ? [e.key] : [...typed.slice(-1), e.key];
  typedAt = e.timeStamp;
  const link = page.querySelector(`[data-keys="${CSS.escape(typed.join(" "))}"], [data-keys="${CSS.escape(e.key)}"]`);
  if (link) {
    e.preventDefault();
    typed = [];
    link.matches("textarea, input:not([type=radio])") ? link.focus() : link.click();
  }
});

// Drafts. 2 s after the last key, at most 10 s after the first. "Saved at 09:12" are the server's words, said once it has
// saved. It also says which draft this is now, so that two windows don't write over each other.
for (const form of page.querySelectorAll("form[data-autosave]")) {
  const status = form.querySelector("[data-autosave-status]"), revision = form.elements.revision;
  const say = (what, words) => { if (status) status.textContent = words ?? status.getAttribute("data-say-" + what) ?? ""; };
  let timer, since = 0, round = 0, kept = 0, sent = false;
  const send = (last) => {
    const fields = new FormData(form);
    fields.delete("mood"); // it is kept in no draft
    return fetch(form.dataset.autosave, {
      method: "POST", body: new URLSearchParams(fields), credentials: "same-origin", redirect: "manual", keepalive: last,
    });
  };
  const plan = (wait) => { clearTimeout(timer); timer = setTimeout(save, wait); };
  const save = async () => {
    const mine = round;
    since = 0;
    say("saving");
    const answer = await send(false).catch(() => undefined);
    const told = answer?.ok || answer?.status === 409 ? await answer.json().catch(() => undefined) : undefined;
    if (sent) return;
    if (told) {
      kept = mine;
      if (revision) revision.value = told.revision;
      if (mine === round) say("saved", told.say);
      return;
    }
    say(answer?.status === 401 ? "signed-out" : "failed");
    plan(10000);
  };
  form.addEventListener("input", () => {
    round += 1;
    since ||= Date.now();
    say("typing");
    plan(Math.max(0, Math.min(2000, since + 10000 - Date.now())));
  });
  form.addEventListener("submit", () => { sent = true; clearTimeout(timer); });
  addEventListener("pageshow", () => { sent = false; });
  addEventListener("pagehide", () => {
    clearTimeout(timer);
    if (!sent && kept !== round) send(true).catch(() => {});
  });
}

// Marks of Markdown around what is selected, by a button or by Ctrl with B, I or K. Pressed again, they go.
const put = (field, from, to, words) => {
  field.focus();
  field.setSelectionRange(from, to);
  // Typed, so that it can be undone; where a browser can't, it is set.
  if (!page.execCommand("insertText", false, words)) field.setRangeText(words);
  field.dispatchEvent(new Event("input", { bubbles: true }));
};
const mark = (field, sign) => {
  const { value, selectionStart: from, selectionEnd: to } = field, words = value.slice(from, to);
  if (sign === "- ") {
    const start = value.lastIndexOf("\n", from - 1) + 1, lines = value.slice(start, to).split("\n");
    const listed = lines.every((line) => line.startsWith(sign));
    return put(field, start, to, lines.map((line) => listed ? line.slice(2) : sign + line).join("\n"));
  }
  if (sign === "[](") {
    put(field, from, to, `[${words}](https://)`);
    const at = words ? from + words.length + 3 : from + 1;
    return field.setSelectionRange(at, words ? at + 8 : at);
  }
  const n = sign.length, on = value.slice(from - n, from) === sign && value.slice(to, to + n) === sign;
  put(field, on ? from - n : from, on ? to + n : to, on ? words : sign + words + sign);
  const at = on ? from - n : from + n;
  field.setSelectionRange(at, at + words.length);
};
for (const bar of page.querySelectorAll("[data-md]")) {
  const field = page.getElementById(bar.dataset.md);
  for (const button of bar.children) {
    button.addEventListener("mousedown", (e) => e.preventDefault()); // the text keeps the focus
    button.addEventListener("click", () => mark(field, button.dataset.mark));
  }
  field.addEventListener("keydown", (e) => {
    const sign = (e.ctrlKey || e.metaKey) && !e.shiftKey && !e.altKey && { b: "**", i: "*", k: "[](" }[e.key];
    if (!sign) return;
    e.preventDefault();
    mark(field, sign);
  });
}

// A line that is carried on stands in the plan at once; the server would put it there anyway.
for (const field of page.querySelectorAll("textarea[data-plan]")) {
  field.form?.addEventListener("change", (e) => { // none where the form is only shown
    const [, at] = /^plan_(\d+)$/.exec(e.target.name) ?? [];
    if (!at) return;
    const line = "- " + field.form.elements["line_" + at].value, lines = field.value ? field.value.split("\n") : [];
    const others = lines.filter((it) => it !== line);
    const wanted = e.target.value === "carried" ? [...others, line] : others;
    if (lines.join("\n") === wanted.join("\n")) return;
    field.value = wanted.join("\n");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

// Enter in a time to go out at means that time, not now.
for (const field of page.querySelectorAll(".later input")) {
  field.addEventListener("keydown", (e) => {
    if (e.key !== "Enter" || e.ctrlKey || e.metaKey) return;
    e.preventDefault();
    field.closest(".later").querySelector("button").click();
  });
}

// The clock in the header. It runs on from the server's instant, so a wrong clock on this machine does not show.
for (const clock of page.querySelectorAll("time[data-clock]")) {
  const ahead = Date.parse(clock.dateTime) - Date.now(), zone = Number(clock.dataset.offset) * 60000;
  const day = new Intl.DateTimeFormat(page.documentElement.lang, { weekday: "short", timeZone: "UTC" });
  const [time, weekday] = [clock.querySelector("b") ?? clock, clock.querySelector("span")];
  const tick = () => {
    const now = Date.now() + ahead, here = new Date(now + zone);
    time.textContent = here.toISOString().slice(11, 16);
    if (weekday) weekday.textContent = day.format(here);
    clock.dateTime = new Date(now).toISOString();
    setTimeout(tick, 60000 - (now % 60000) + 50);
  };
  if (Number.isFinite(ahead + zone)) tick();
}

// The time zone, where the page asks for it and nobody has chosen yet.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
for (const field of page.querySelectorAll("[data-detect-zone]")) {
  if (!zone) break;
  // What the hours were said to produce was reckoned elsewhere.
  if (field.value !== zone) for (const note of page.querySelectorAll("[data-coming]")) note.remove();
  if (field.options && ![...field.options].some((o) => o.value === zone)) field.add(new Option(zone));
  field.value = zone;
}

// A browser on another clock than the page asks, quietly: moved or travelling? Zones that only differ in name don't ask, and
// whoever stays is not asked again for that zone.
const loaded = Date.now(); // both clocks are read at one instant, else the turn of a second between them looks like another zone
const reads = (name) => [0, 91, 182, 273].map((days) => new Date(loaded + days * 864e5).toLocaleString("en", { timeZone: name })).join();
for (const ask of page.querySelectorAll("[data-zone]")) {
  const key = `stay ${page.body.dataset.base} ${zone}`;
  const remember = (what) => { try { return what(localStorage); } catch { return null; } };
  const link = ask.querySelector("a");
  if (!zone || location.pathname === link.pathname || remember((it) => it.getItem(key)) === ask.dataset.zone) continue;
  try {
    if (reads(zone) === reads(ask.dataset.zone)) continue;
  } catch {
    continue;
  }
  ask.querySelector("p").textContent = ask.dataset.say.replace("*", zone.split("/").pop().replaceAll("_", " "));
  link.search = new URLSearchParams({ zone });
  ask.querySelector("button").addEventListener("click", () => {
    remember((it) => it.setItem(key, ask.dataset.zone));
    ask.hidden = true;
  });
  ask.hidden = false;
}

for (const button of page.querySelectorAll("[data-print]")) button.addEventListener("click", () => print());

// The tree. What somebody folds stays folded; Alt with an arrow moves the objective in focus, which keeps the focus.
for (const part of page.querySelectorAll("details[data-fold]")) {
  let open = part.open;
  part.addEventListener("toggle", () => {
    if (open === part.open) return;
    open = part.open;
    fetch(part.dataset.fold, {
      method: "POST", body: new URLSearchParams(open ? {} : { folded: "on" }), credentials: "same-origin", keepalive: true,
    }).catch(() => {});
  });
}
addEventListener("keydown", (e) => {
  const step = e.altKey && { ArrowUp: "up", ArrowDown: "down" }[e.key];
  const place = step && e.target.closest("[data-place]");
  if (!place) return;
  e.preventDefault();
  place.querySelector(`[value="${step}"]`)?.click();
});
page.getElementById(location.hash.slice(1))?.querySelector("[data-place] :is(button, a)")?.focus();
