// The chat page: history first, then answers as they come; what is sent twice counts once.
"use strict";

const log = document.getElementById("log");
const form = document.getElementById("form");
const field = document.getElementById("text");
const typing = document.getElementById("typing");
const offline = document.getElementById("offline");
const failed = document.getElementById("failed");
const SOURCE = /^依据：/;
let newest = 0;
const shown = new Set();
let shownDay = "";
let waiting = null;

function paragraph(text, kind) {
  const p = document.createElement("p");
  p.textContent = text;
  if (kind) p.className = kind;
  return p;
}

function said(text) {
  const p = paragraph("", "");
  for (const part of text.split(/(https?:\/\/[\x21-\x7e]+)/)) {
    const link = part.startsWith("http") && document.createElement("a");
    if (link) {
      link.href = link.textContent = part;
      link.target = "_blank";
      link.rel = "noopener";
    }
    p.append(link || part);
  }
  return p;
}

function dayMark(at) {
  const day = at.toLocaleDateString("zh-CN", { month: "long", day: "numeric", weekday: "short" });
  if (day === shownDay) return;
  shownDay = day;
  const mark = document.createElement("div");
  mark.className = "day";
  mark.textContent = day;
  log.append(mark);
}

function retire(container) {
  for (const button of container.querySelectorAll(".bubble:not(.hello) .buttons button")) button.disabled = true;
}

function show(message) {
  const at = new Date(message.at);
  if (message.id) {
    shown.add(message.id);
    newest = Math.max(newest, at.getTime());
  }
  dayMark(at);
  const bubble = document.createElement("div");
  bubble.className = "bubble " + (message.mine ? "mine" : "theirs") + (message.unasked ? " unasked" : "");
  const lines = message.text.split("\n");
  const sources = message.mine ? [] : lines.filter((line) => SOURCE.test(line));
  const text = lines.filter((line) => !sources.includes(line)).join("\n");
  if (message.picture) {
    const picture = new Image(1080, 1440);
    picture.alt = message.picture;
    picture.src = "/api/pictures/" + message.id + ".png";
    bubble.append(picture);
  }
  bubble.append(message.mine ? paragraph(text) : said(text));
  for (const source of sources) bubble.append(paragraph(source, "source"));
  if (message.buttons && message.buttons.length) {
    const row = document.createElement("div");
    row.className = "buttons";
    message.buttons.forEach((title, index) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = title;
      button.dataset.button = message.id + ":" + index;
      row.append(button);
    });
    bubble.append(row);
  }
  log.append(bubble);
  bubble.scrollIntoView({ block: "end" });
}

function expectAnswer(on) {
  clearTimeout(waiting);
  typing.hidden = !on;
  if (on) waiting = setTimeout(() => { typing.hidden = true; }, 30000);
}

async function post(body, attempt = 0) {
  try {
    const response = await fetch("/api/messages", {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    });
    if (response.status === 401) location.reload();
    return response.ok;
  } catch (error) {
    if (attempt >= 3) return false;
    await new Promise((done) => setTimeout(done, 500 * 2 ** attempt));
    return post(body, attempt + 1);
  }
}

async function send(text, button) {
  const key = crypto.randomUUID ? crypto.randomUUID() : Date.now() + "-" + Math.random().toString(36).slice(2, 14);
  failed.hidden = true;
  retire(log);
  show({ mine: true, text, at: new Date().toISOString() });
  expectAnswer(true);
  const sent = await post(button ? { key, button } : { key, text });
  if (!sent) {
    expectAnswer(false);
    failed.hidden = false;
    if (!button) field.value = text;
  }
}

log.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.say) send(button.dataset.say);
  else send(button.textContent, button.dataset.button);
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = field.value.trim();
  if (!text) return;
  field.value = "";
  field.style.height = "";
  send(text);
});

field.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});

field.addEventListener("input", () => {
  field.style.height = "";
  field.style.height = field.scrollHeight + "px";
});

function listen() {
  const stream = new EventSource("/api/events?since=" + newest);
  stream.onopen = () => { offline.hidden = true; };
  stream.onerror = () => {
    offline.hidden = false;
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, 3000);  // it gave up: we do not
  };
  stream.onmessage = (event) => {
    const message = JSON.parse(event.data);
    if (shown.has(message.id)) return;
    if (!message.unasked) expectAnswer(false);
    show(message);
  };
}

fetch("/api/history").then((response) => response.json()).then((messages) => {
  messages.forEach(show);
  const bubbles = log.querySelectorAll(".bubble");
  const newest = bubbles[bubbles.length - 1];
  for (const bubble of bubbles) if (bubble !== newest) for (const b of bubble.querySelectorAll("button:not([data-say])")) b.disabled = true;
}).finally(listen);
