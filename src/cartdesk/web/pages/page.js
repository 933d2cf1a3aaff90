// What surrounds the terminal: its size, the keyboard, what is said when the connection is closed, and that no way leads out of the page.
"use strict";
(() => {
  const nonce = document.currentScript.dataset.nonce;
  const LOST = 1006;
  const MOST = 128 * 1024; // characters in one message; the server takes twice as many bytes
  let socketOpen = false;

  // The terminal makes style elements; the policy takes those that bear this page's mark.
  const createElement = document.createElement;
  document.createElement = function (name, ...rest) {
    const made = createElement.call(this, name, ...rest);
    if (String(name).toLowerCase() === "style") made.nonce = nonce;
    return made;
  };

  // Nothing that stands on the screen opens anything.
  window.open = () => null;
  window.confirm = () => false;
  for (const name of ["dragover", "drop"]) window.addEventListener(name, (event) => event.preventDefault());

  // The terminal draws on a plain canvas, and only asks for WebGL on its way there; a machine without it needs no less.
  const getContext = HTMLCanvasElement.prototype.getContext;
  const nothing = new Proxy(() => nothing, {
    get: (_, name) => (name === Symbol.toPrimitive ? () => 1 : nothing),
    set: () => true,
  });
  HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
    return kind === "webgl2" ? nothing : getContext.call(this, kind, ...rest);
  };

  class SeatSocket extends WebSocket {
    constructor(url) {
      super(new URL(url, location.href.replace(/^http/, "ws")));
      this.addEventListener("open", () => { socketOpen = true; here(); });
      this.addEventListener("close", (event) => { socketOpen = false; closed(event.code); });
    }
    send(data) {
      if (this.readyState !== WebSocket.OPEN) return;
      if (data.length <= MOST) {
        super.send(data);
        return;
      }
      // A large paste goes in pieces, none of which ends within a character.
      const [kind, text] = JSON.parse(data);
      for (let from = 0, to; from < text.length; from = to) {
        to = Math.min(from + MOST / 8, text.length);
        if (to < text.length && /[\uD800-\uDBFF]/.test(text[to - 1])) to += 1;
        super.send(JSON.stringify([kind, text.slice(from, to)]));
      }
    }
  }
  window.WebSocket = SeatSocket;

  const keyboard = () => document.querySelector(".xterm-helper-textarea");

  function here() {
    const area = keyboard();
    if (!area || !document.getElementById("closed").hidden) return;
    if (kiosk()) area.inputMode = "none";
    area.focus({ preventScroll: true });
  }

  const kiosk = () => document.body.dataset.kind === "kiosk";

  function closed(code) {
    const sections = [...document.querySelectorAll("#closed section")];
    const said = sections.find((each) => each.dataset.code === String(code)) || sections.find((each) => each.dataset.code === String(LOST));
    for (const each of sections) each.classList.toggle("-said", each === said);
    document.getElementById("closed").hidden = false;
    const button = said.querySelector("button");
    if (button) {
      button.onclick = () => (said.dataset.again === undefined ? location.reload() : tryAgain(Number(said.dataset.again)));
      button.focus();
    }
    if (said.dataset.again !== undefined) setTimeout(tryAgain, 1000 * Number(said.dataset.again), Number(said.dataset.again));
  }

  // Loading a page from a server that is away would leave the browser's own page in its place: so it is asked for first.
  async function tryAgain(seconds) {
    try {
      await fetch("/ready", { cache: "no-store" });
    } catch {
      setTimeout(tryAgain, 1000 * Math.max(seconds, 1), Math.min(Math.max(seconds, 1) * 1.5, 15));
      return;
    }
    location.reload();
  }

  function fontSize(asked) {
    if (asked > 0) return asked;
    if (!kiosk()) return 16;
    // A kiosk's buttons are for fingers: about a hundred columns and thirty rows, whatever the window.
    const size = Math.floor(Math.min(innerWidth / 100 / 0.6, innerHeight / 30 / 1.2));
    return Math.min(Math.max(size, 10), 48);
  }

  function lockKeys(event) {
    const letter = event.key.length === 1 && !event.ctrlKey && !event.altKey && !event.metaKey;
    if (letter) return; // a PIN's digits; the terminal takes them
    event.preventDefault();
    if (!["F9", "F10", "Enter", "Backspace", "Escape"].includes(event.key)) event.stopImmediatePropagation();
  }

  document.addEventListener("DOMContentLoaded", async () => {
    const begin = window.onload;
    window.onload = null;
    if (typeof begin !== "function") {
      closed(0);
      return;
    }
    if (kiosk()) {
      window.addEventListener("contextmenu", (event) => event.preventDefault());
      for (const name of ["keydown", "paste", "copy", "cut"]) window.addEventListener(name, name === "keydown" ? lockKeys : stop, true);
      window.addEventListener("wheel", (event) => event.ctrlKey && event.preventDefault(), { passive: false });
      for (const name of ["gesturestart", "dragstart", "selectstart"]) window.addEventListener(name, (event) => event.preventDefault());
    }
    const terminal = document.getElementById("terminal");
    terminal.dataset.fontSize = fontSize(Number(terminal.dataset.fontSize));
    await Promise.allSettled([document.fonts.load('16px "Roboto Mono"'), document.fonts.load('bold 16px "Roboto Mono"')]);
    try {
      begin(new Event("load"));
    } catch (error) {
      console.error(error);
    }
    if (!document.querySelector("#terminal .xterm-screen")) closed(0);
    for (const name of ["focus", "pointerup"]) window.addEventListener(name, () => socketOpen && setTimeout(here));
  });

  function stop(event) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
})();
