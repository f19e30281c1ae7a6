// The page: a terminal that a reader on the server draws in, and what only a browser can do for it.

import { FitAddon } from "/xterm/addon-fit.mjs";
import { Unicode11Addon } from "/xterm/addon-unicode11.mjs";
import { WebglAddon } from "/xterm/addon-webgl.mjs";
import { Terminal } from "/xterm/xterm.mjs";

const ENDED = 4000, FULL = 4001, INVALID = 4003;
const MOST_COLUMNS = 1000, MOST_ROWS = 500, MOST_CHARACTERS = 8192;
// The reader needs 40 columns and 10 rows: on a small screen the letters shrink.
const LEAST_COLUMNS = 42, LEAST_ROWS = 10, LEAST_PIXELS = 8;
const RETRY_SECONDS = [0.3, 1, 2, 4, 8];
// Keys that stay with the browser: reload, full screen and its tools.
const OF_BROWSER = new Set(["F5", "F11", "F12"]);

const screen = document.getElementById("screen");
const buttons = document.getElementById("buttons");
const notice = document.getElementById("notice");
const isTouch = matchMedia("(pointer: coarse)").matches;
const pixels = isTouch ? 14 : 16;

// The secret is in a cookie by now; keep it out of the history and of what is copied from the address bar.
history.replaceState(null, "", "/");

// The terminal adds style elements, which the policy of the page allows only with its nonce, and style attributes,
// which it allows only by way of the object model.
const nonce = document.querySelector("link[nonce]").nonce;
const create = document.createElement.bind(document);
document.createElement = (name, options) => {
  const element = create(name, options);
  if (name === "style") element.nonce = nonce;
  return element;
};
const { setAttribute } = Element.prototype;
Element.prototype.setAttribute = function (name, value) {
  if (name === "style") this.style.cssText = value;
  else setAttribute.call(this, name, value);
};

// Glyphs that are drawn before their font is there would be kept. It has no part in the width of a cell.
await document.fonts.load("16px symbols", "★").catch(() => null);

const terminal = new Terminal({
  allowProposedApi: true,
  cursorBlink: false,
  fontFamily: 'symbols, "DejaVu Sans Mono", Menlo, Consolas, "Noto Sans Mono", "Liberation Mono", ui-monospace, monospace',
  fontSize: pixels,
  scrollback: 0,
  macOptionIsMeta: true,
  theme: { background: "#2e3440" },
});
const fit = new FitAddon();
terminal.loadAddon(fit);
terminal.loadAddon(new Unicode11Addon());
terminal.unicode.activeVersion = "11";
terminal.open(screen);
if (!isTouch) {
  try {
    const webgl = new WebglAddon();
    webgl.onContextLoss(() => webgl.dispose());
    terminal.loadAddon(webgl);
  } catch {
    // Without WebGL the terminal draws by elements, only more slowly.
  }
}
screen.terminal = terminal;

// A visit is a tab: it goes on after a reload or a lost connection, but a duplicated tab is another one.
function findVisit() {
  const [entry] = performance.getEntriesByType("navigation");
  const kept = entry?.type === "reload" ? sessionStorage.getItem("visit") : null;
  const visit = kept ?? Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  sessionStorage.setItem("visit", visit);
  return visit;
}

const visit = findVisit();
let socket = null;
let failures = 0;
let retry = 0;
let isOver = false;
let keys = {};

function size() {
  terminal.options.fontSize = pixels;
  fit.fit();
  while ((terminal.cols < LEAST_COLUMNS || terminal.rows < LEAST_ROWS) && terminal.options.fontSize > LEAST_PIXELS) {
    terminal.options.fontSize -= 1;
    fit.fit();
  }
  return { columns: Math.min(terminal.cols, MOST_COLUMNS), rows: Math.min(terminal.rows, MOST_ROWS) };
}

function send(message) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

function press(data) {
  if (isOver) {
    connect();
    return;
  }
  // A long paste takes several messages; a pair of surrogates is not split.
  for (const part of data.match(new RegExp(`[^]{1,${MOST_CHARACTERS}}`, "gu")) ?? []) {
    send({ type: "keys", data: part });
  }
}

function tell(text, label = "", act = null) {
  notice.hidden = !text;
  notice.querySelector("p").textContent = text;
  const button = notice.querySelector("button");
  button.textContent = label;
  button.onclick = () => {
    tell("");
    terminal.focus();
    act?.();
  };
}

const REQUESTS = {
  title: (title) => { document.title = title; },
  keys: (sent) => { keys = sent; },
  open: (url) => {
    if (!/^https?:\/\//i.test(url)) return;
    const opened = window.open(url, "_blank");
    if (opened) opened.opener = null;
    else tell(url, "Open", () => window.open(url, "_blank", "noopener"));
  },
  copy: async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      if (!copyBySelection(text)) tell(text, "Copy", () => copyBySelection(text));
    }
  },
};

// The clipboard of navigator exists only on https and on this machine.
function copyBySelection(text) {
  const area = create("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  const isCopied = document.execCommand("copy");
  area.remove();
  terminal.focus();
  return isCopied;
}

function connect() {
  clearTimeout(retry);
  isOver = false;
  socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/socket`);
  socket.binaryType = "arraybuffer";
  socket.onopen = () => {
    failures = 0;
    tell("");
    terminal.reset();
    socket.send(JSON.stringify({ type: "start", visit, ...size() }));
  };
  socket.onmessage = ({ data }) => {
    if (typeof data === "string") {
      const [kind, value] = JSON.parse(data);
      REQUESTS[kind]?.(value);
    } else {
      terminal.write(new Uint8Array(data));
    }
  };
  socket.onclose = ({ code, reason }) => {
    if (code >= ENDED && code <= INVALID) end(reason);
    else lose();
  };
}

function end(reason) {
  isOver = true;
  tell(reason, "Open again", connect);
}

async function lose() {
  const seconds = RETRY_SECONDS[Math.min(failures, RETRY_SECONDS.length - 1)];
  failures += 1;
  tell("Connection lost; connecting again…");
  retry = setTimeout(connect, seconds * 1000);
  const answer = await fetch("/", { method: "HEAD" }).catch(() => null);
  if (answer?.status === 403) {
    clearTimeout(retry);
    tell("The server was started again: open the address that it printed");
  }
}

terminal.onData(press);
terminal.attachCustomKeyEventHandler((event) => {
  if (OF_BROWSER.has(event.key) || event.metaKey) return false;
  const isControl = event.ctrlKey && !event.altKey;
  if (isControl && event.key.toLowerCase() === "v") return false; // the browser pastes
  if (isControl && event.key.toLowerCase() === "c" && terminal.hasSelection()) return false; // the browser copies
  if (isControl && event.shiftKey && "ci".includes(event.key.toLowerCase())) return false;
  return true;
});

// Sizes follow the window, the row of buttons and the keyboard on the screen.
let resizing = 0;
new ResizeObserver(() => {
  clearTimeout(resizing);
  resizing = setTimeout(() => send({ type: "resize", ...size() }), 50);
}).observe(screen);

// Keys are for the reader from the first moment, and again when the tab is.
for (const event of ["focus", "pageshow"]) window.addEventListener(event, () => terminal.focus());
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  terminal.focus();
  if (socket.readyState === WebSocket.CLOSED && !isOver) connect();
});
window.addEventListener("online", () => {
  if (socket.readyState === WebSocket.CLOSED && !isOver) connect();
});

if (isTouch) {
  buttons.hidden = false;
  const area = terminal.textarea;
  // A tap is a click in the reader; the keyboard on the screen appears only on its button.
  area.inputMode = "none";
  document.getElementById("keyboard").onclick = () => {
    area.inputMode = area.inputMode === "none" ? "text" : "none";
    area.blur();
    terminal.focus();
  };
  for (const button of buttons.querySelectorAll("[data-action]")) {
    button.onpointerdown = (event) => event.preventDefault(); // the focus stays
    button.onclick = () => press(keys[button.dataset.action] ?? "");
  }
  scrollByTouch();
}

// A finger that moves up is a wheel that turns down, a row at a time, where the finger was put down.
function scrollByTouch() {
  let from = 0, cell = "";
  const rowHeight = () => screen.clientHeight / terminal.rows;
  screen.addEventListener("touchstart", ({ touches: [touch] }) => {
    const box = screen.getBoundingClientRect();
    const column = Math.ceil(((touch.clientX - box.left) / box.width) * terminal.cols);
    const row = Math.ceil((touch.clientY - box.top) / rowHeight());
    cell = `${Math.max(1, column)};${Math.max(1, row)}`;
    from = touch.clientY;
  }, { passive: true });
  screen.addEventListener("touchmove", ({ touches: [touch] }) => {
    for (; Math.abs(touch.clientY - from) >= rowHeight(); from += Math.sign(touch.clientY - from) * rowHeight()) {
      press(`\x1b[<${touch.clientY < from ? 65 : 64};${cell}M`);
    }
  }, { passive: true });
}

terminal.focus();
connect();
