// Shows the explorer when it is there, gives the seat back when the page closes, and says so when the connection is lost.
"use strict";
{
  const ASK = 3000, PATIENCE = 1500; // milliseconds between two questions whether the seat is kept, and before the first
  const visitor = () => JSON.parse(document.getElementById("jupyter-config-data")?.textContent || "{}").kernelId;
  const seat = () => new URL(`here/${visitor()}`, location.origin).href;
  let asking = 0, leaving = false;

  // voila.js calls it when its styles are there, and looks at cellLoaded; the page when all of it has come
  window.voila_finish = () => {
    window.cellLoaded = true;
    if (window.themeLoaded) document.getElementById("loading")?.remove();
  };

  const tell = (words, ended) => {
    const box = document.getElementById("lost");
    box.hidden = !words;
    if (!words) return;
    box.querySelector("p").textContent = box.dataset[words];
    box.querySelector("button").hidden = !ended;
  };

  const ask = async () => {
    try {
      const answer = await fetch(seat(), {cache: "no-store"});
      if (answer.status === 410) return tell("ended", true); // nothing to ask any more
      tell("lost", false);
    } catch {
      tell("lost", false);
    }
    asking = setTimeout(ask, ASK);
  };

  window.WebSocket = class extends window.WebSocket {
    constructor(...how) {
      super(...how);
      this.addEventListener("open", () => { clearTimeout(asking); tell("", false); });
      this.addEventListener("close", () => { clearTimeout(asking); if (!leaving) asking = setTimeout(ask, PATIENCE); });
    }
  };

  addEventListener("pagehide", () => { leaving = true; if (visitor()) navigator.sendBeacon(seat()); });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); }); // its seat was given back
  document.addEventListener("DOMContentLoaded", () => {
    window.voila_finish();
    document.querySelector("#lost button").addEventListener("click", () => location.reload());
  });
}
