// A feed works without this file. It adds: a word that there is something new, with a link that shows it. The page stays as
// it is until its reader presses. A page nobody looks at does not listen; looked at again, it is told all there is.
"use strict";
for (const bar of document.querySelectorAll("[data-news]")) {
  const link = bar.querySelector("a");
  let source, again, wait = 30000;
  const close = () => { clearTimeout(again); source?.close(); };
  const listen = () => {
    close();
    if (document.hidden) return;
    source = new EventSource(bar.dataset.news);
    source.onmessage = (e) => {
      const { say } = JSON.parse(e.data);
      wait = 30000;
      if (link.textContent !== say) link.textContent = say;
      link.hidden = !say;
    };
    // It comes back by itself, but not once it was refused: too many windows, or signed out.
    source.onerror = () => {
      if (source.readyState !== EventSource.CLOSED) return;
      again = setTimeout(listen, wait * (1 + Math.random()));
      wait = Math.min(wait * 2, 1800000);
    };
  };
  document.addEventListener("visibilitychange", listen);
  addEventListener("pagehide", close);
  addEventListener("pageshow", listen);
}
