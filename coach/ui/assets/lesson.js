// A screen of the lesson: sentences that can be read aloud, beside a drawing of the hands at work.
// Data: coach/ui/lesson.py; the drawing's lines come from coach/teach/views.py, in centimetres.

const LEFT = "#0072B2", RIGHT = "#D55E00", INK = "#22333B", FAINT = "#C9D2D4", SKIN = "#F3E4D6", EDGE = "#D9C3AF";
const TRAIL_S = 3.2; // about two circles of the way stay visible behind a thumb
const LETTER_MS = 62, LEAST_MS = 1600; // reading time of a sentence without a voice
const SPEEDS = [1, 0.5, 0.25];
const FRAME_MS = 25; // every other picture of a screen with 60 a second: an old laptop draws half as much

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".lesson");
  if (!root.screen) root.screen = new Screen(root);
  root.screen.show(data);
  return () => root.screen && root.screen.leave();
}

class Screen {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.canvas = this.find("canvas");
    this.find(".play").onclick = () => this.play(!this.playing);
    this.find(".say").onclick = () => (this.speaking ? this.hush() : this.speak(0));
    this.canvas.onclick = () => this.play(!this.playing);
    new ResizeObserver(() => this.draw()).observe(this.canvas);
  }

  show(data) {
    const key = JSON.stringify([data.id, data.language, data.scene && data.scene.name]);
    this.data = data;
    if (key === this.shown) return; // the same screen drawn once more: leave voice and clock alone
    const sameMovement = this.scene && data.scene && this.scene.name === data.scene.name;
    this.shown = key;
    this.hush();
    this.scene = data.scene;
    if (!sameMovement) this.clock = 0;
    this.texts();
    this.find(".grid").classList.toggle("words-only", !data.scene);
    this.find(".grid").classList.toggle("drawing-only", !data.sentences.length);
    if (data.scene) {
      const { view, speed, hand } = data.figure;
      Object.assign(this, { view, speed, hand });
      this.buttons();
      this.play(!matchMedia("(prefers-reduced-motion: reduce)").matches);
    } else this.play(false);
  }

  leave() {
    this.play(false);
    this.hush();
    this.shown = null;
  }

  texts() {
    const { sentences, style, words } = this.data;
    const list = this.find("ol");
    list.className = style;
    list.replaceChildren(...sentences.map((text) => {
      const item = document.createElement("li");
      item.textContent = text;
      return item;
    }));
    this.find(".say").textContent = words.speak;
    this.find(".note").textContent = "";
    this.find(".key .l span").textContent = words.left;
    this.find(".key .r span").textContent = words.right;
    this.find(".key .l b").textContent = words.left_letter;
    this.find(".key .r b").textContent = words.right_letter;
    this.canvas.setAttribute("aria-label", words.picture);
  }

  // --- the drawing's buttons ---

  buttons() {
    const { words } = this.data;
    this.group(".speed", SPEEDS.map((speed) => [speed, words.speeds[String(speed)]]), "speed");
    this.group(".hand", [["both", words.both], ["left", words.left], ["right", words.right]], "hand");
    this.group(".view", [["behind", words.behind], ["diagonal", words.diagonal]], "view");
  }

  group(selector, choices, name) {
    const place = this.find(selector);
    place.replaceChildren(...choices.map(([value, text]) => {
      const button = document.createElement("button");
      button.textContent = text;
      button.setAttribute("aria-pressed", String(this[name] === value));
      button.onclick = () => {
        this[name] = value;
        for (const other of place.children) other.setAttribute("aria-pressed", String(other === button));
        this.draw();
      };
      return button;
    }));
  }

  play(on) {
    cancelAnimationFrame(this.frame);
    this.playing = on && !!this.scene;
    if (this.data) this.find(".play").textContent = this.playing ? this.data.words.pause : this.data.words.play;
    if (!this.playing) return this.draw();
    let last = performance.now();
    const step = (now) => {
      if (!this.root.isConnected) return this.leave();
      this.frame = requestAnimationFrame(step);
      if (now - last < FRAME_MS) return;
      // A hidden or busy page must not jump on.
      this.clock += Math.min(now - last, 100) / 1000 * this.speed;
      last = now;
      this.draw();
    };
    this.frame = requestAnimationFrame(step);
  }

  // --- the voice ---

  voice() {
    if (!("speechSynthesis" in window)) return null;
    // Only voices of this computer: others send the text to a company's server.
    const own = speechSynthesis.getVoices().filter((voice) => voice.localService);
    const wanted = this.data.language === "id" ? ["id", "in"] : ["en"];
    return own.find((voice) => wanted.includes(voice.lang.toLowerCase().split(/[-_]/)[0])) || null;
  }

  speak(i) {
    const items = [...this.find("ol").children];
    items.forEach((item, k) => item.classList.toggle("now", k === i));
    if (i >= items.length) return this.hush();
    this.speaking = true;
    this.find(".say").textContent = this.data.words.hush;
    this.find(".say").setAttribute("aria-pressed", "true");
    const turn = (this.turn = (this.turn || 0) + 1);
    const next = () => { if (turn === this.turn) this.speak(i + 1); };
    const text = items[i].textContent;
    const voice = this.voice();
    const silent = () => { if (turn === this.turn) this.timer = setTimeout(next, Math.max(LEAST_MS, text.length * LETTER_MS)); };
    this.find(".note").textContent = voice ? "" : this.data.words.no_voice;
    if (!voice) return silent();
    const said = new SpeechSynthesisUtterance(text);
    Object.assign(said, { voice, lang: voice.lang, rate: 0.92 });
    said.onend = next;
    said.onerror = silent;
    this.said = said; // kept: a forgotten utterance loses its events
    speechSynthesis.speak(said);
  }

  hush() {
    this.turn = (this.turn || 0) + 1;
    clearTimeout(this.timer);
    if ("speechSynthesis" in window) speechSynthesis.cancel();
    this.speaking = false;
    for (const item of this.find("ol").children) item.classList.remove("now");
    this.find(".say").setAttribute("aria-pressed", "false");
    if (this.data) this.find(".say").textContent = this.data.words.speak;
  }

  // --- the drawing ---

  draw() {
    if (!this.scene || !this.canvas.clientWidth) return;
    const ratio = window.devicePixelRatio || 1;
    const width = this.canvas.clientWidth, height = this.canvas.clientHeight;
    if (this.canvas.width !== Math.round(width * ratio) || this.canvas.height !== Math.round(height * ratio)) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
    }
    const g = this.canvas.getContext("2d");
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.clearRect(0, 0, width, height);
    const { length } = this.scene;
    const near = this.data.figure.near;
    const top = near ? -0.2 * length : -0.53 * length, bottom = near ? 0.56 * length : 0.8 * length;
    const scale = height / (bottom - top);
    g.translate(width / 2, -top * scale);
    g.scale(scale, scale);
    g.lineJoin = g.lineCap = "round";
    const view = this.scene.views[this.view];
    this.body(g, view, scale);
    this.marks(g, view, scale);
    this.hands(g, view, scale);
    this.names(g, view, scale);
  }

  body(g, view, scale) {
    const { length } = this.scene;
    const turned = this.view === "diagonal", narrow = turned ? 0.84 : 1, aside = turned ? 0.12 * length : 0;
    // Arms and head lie before her, so they are drawn first.
    g.fillStyle = "#EAD7C5"; g.strokeStyle = EDGE; g.lineWidth = 1.2 / scale;
    for (const side of [-1, 1]) {
      g.beginPath();
      g.ellipse(side * 0.37 * length * narrow + aside, 0.29 * length, 0.085 * length, 0.26 * length, side * 0.1, 0, 2 * Math.PI);
      g.fill(); g.stroke();
    }
    g.fillStyle = "#8A7466"; g.strokeStyle = "#75614F";
    g.beginPath();
    g.ellipse(aside * 0.9, -0.31 * length, 0.17 * length, 0.21 * length, 0, 0, 2 * Math.PI);
    g.fill(); g.stroke();
    g.fillStyle = SKIN; g.strokeStyle = EDGE; g.lineWidth = 1.6 / scale;
    this.line(g, view.outline); g.fill(); g.stroke();
    g.strokeStyle = "#DFCBB9"; g.lineWidth = 1.6 / scale;
    for (const blade of view.blades) { this.line(g, blade); g.stroke(); }
    g.strokeStyle = "#CDB49E"; g.lineWidth = 2.4 / scale; g.setLineDash([5 / scale, 5 / scale]);
    this.line(g, view.spine); g.stroke();
    g.setLineDash([]);
  }

  marks(g, view, scale) {
    const marks = this.data.figure.marks;
    if (marks.includes("strips")) {
      g.fillStyle = "rgba(11, 110, 110, .16)";
      for (const strip of view.strips) { this.line(g, strip); g.closePath(); g.fill(); }
    }
    if (marks.includes("spine")) {
      g.save();
      this.line(g, view.keep_off); g.closePath();
      g.fillStyle = "rgba(179, 38, 30, .13)"; g.fill(); g.clip();
      g.strokeStyle = "rgba(179, 38, 30, .55)"; g.lineWidth = 1.2 / scale;
      for (let y = -5; y < 0.6 * this.scene.length; y += 1.1) { g.beginPath(); g.moveTo(-20, y + 9); g.lineTo(20, y - 9); g.stroke(); }
      g.restore();
    }
    if (marks.includes("way")) {
      g.globalAlpha = 0.35;
      for (const [hand, colour] of [["left", LEFT], ["right", RIGHT]]) {
        const way = view[hand].slice(0, Math.round(view[hand].length * 0.46));
        g.strokeStyle = colour; g.lineWidth = 1.4 / scale;
        this.line(g, way); g.stroke();
      }
      g.globalAlpha = 1;
    }
    g.strokeStyle = "#0B6E6E"; g.lineWidth = 2.5 / scale;
    for (const name of ["start", "end"]) if (marks.includes(name)) { this.line(g, view[name]); g.stroke(); }
  }

  names(g, view, scale) {
    const { words, figure } = this.data;
    const size = 15 / scale;
    const aside = figure.near ? 8 / scale : 0.13 * this.scene.length; // from afar the hands are beside the line
    g.font = `600 ${size}px "Source Sans", sans-serif`;
    const write = (text, [x, y], side, colour) => {
      g.textAlign = side < 0 ? "right" : "left";
      g.textBaseline = "middle";
      g.lineWidth = 4 / scale; g.strokeStyle = "rgba(255,255,255,.9)"; g.strokeText(text, x, y);
      g.fillStyle = colour; g.fillText(text, x, y);
    };
    if (figure.marks.includes("start")) {
      const [x, y] = view.start[view.start.length - 1];
      write(words.start, [x + aside, y], 1, "#0B6E6E");
    }
    if (figure.marks.includes("end")) {
      const [x, y] = view.end[view.end.length - 1];
      write(words.end, [x + aside, y], 1, "#0B6E6E");
    }
    if (figure.marks.includes("spine")) {
      g.textAlign = "center";
      const [x] = view.keep_off[0];
      g.lineWidth = 4 / scale; g.strokeStyle = "rgba(255,255,255,.9)";
      const y = this.data.figure.near ? 0.49 * this.scene.length : 0.55 * this.scene.length;
      g.strokeText(words.keep_off, x, y); g.fillStyle = "#B3261E"; g.fillText(words.keep_off, x, y);
    }
  }

  hands(g, view, scale) {
    const n = view.left.length, step = this.scene.step_s;
    const place = (this.clock / step) % n;
    for (const [side, hand, colour, letter] of [[-1, "left", LEFT, this.data.words.left_letter], [1, "right", RIGHT, this.data.words.right_letter]]) {
      const faint = this.hand !== "both" && this.hand !== hand;
      const way = view[hand];
      const i = Math.floor(place), from = way[i], to = way[(i + 1) % n];
      if (!from || !to) continue;
      // At the end of the stretch the hands are somewhere else: they go there without a line between.
      const share = i + 1 === n ? 0 : place - i;
      const at = [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share];
      g.globalAlpha = faint ? 0.22 : 1;
      this.fist(g, at, side, colour, scale, letter);
      const trail = way.slice(Math.max(0, i - Math.round(TRAIL_S / step)), i + 1);
      g.strokeStyle = colour; g.lineWidth = 2.6 / scale;
      g.setLineDash(side > 0 ? [7 / scale, 4 / scale] : []);
      this.line(g, [...trail, at]); g.stroke();
      g.setLineDash([]);
      g.beginPath(); g.arc(at[0], at[1], 0.62, 0, 2 * Math.PI);
      g.fillStyle = colour; g.fill(); g.lineWidth = 2 / scale; g.strokeStyle = "#fff"; g.stroke();
      g.globalAlpha = 1;
    }
  }

  // A hand whose thumb tip is at `at`; `side` is -1 for the left one.
  fist(g, [x, y], side, colour, scale, letter) {
    const narrow = this.view === "diagonal" ? 0.86 : 1;
    g.save();
    g.translate(x, y);
    g.scale(side * narrow, 1);
    g.fillStyle = "#E3BF9F"; g.strokeStyle = "#A9795A"; g.lineWidth = 1.5 / scale;
    // Forearm: comes from the giver, below.
    g.beginPath();
    g.moveTo(1.2, 9.5); g.bezierCurveTo(2.2, 14, 5.5, 22, 8.5, 30); g.lineTo(15.5, 30); g.bezierCurveTo(11.5, 20, 8.6, 14, 7.4, 9.2);
    g.closePath(); g.fill(); g.stroke();
    if (this.scene.hands === "open") {
      for (const [a, l] of [[0.35, 8.2], [0.62, 8.8], [0.9, 8.4], [1.2, 7.2]]) {
        g.save(); g.translate(4.9, 7.0); g.rotate(a);
        g.beginPath(); g.roundRect(-0.95, -l - 1.2, 1.9, l + 2, 0.95); g.fill(); g.stroke();
        g.restore();
      }
      g.beginPath(); g.ellipse(4.4, 8.2, 3.7, 3.9, 0.2, 0, 2 * Math.PI); g.fill(); g.stroke();
    } else {
      g.beginPath(); g.roundRect(0.3, 4.4, 7.8, 7.4, 2.9); g.fill(); g.stroke();
      g.beginPath();
      for (const k of [2.6, 4.5, 6.3]) { g.moveTo(k, 4.9); g.lineTo(k + 0.25, 7.6); }
      g.stroke();
    }
    // The thumb: its tip touches the skin at the place that was recorded.
    g.save(); g.rotate(-0.24);
    g.beginPath(); g.roundRect(-1.05, -0.9, 2.1, 8.2, 1.05); g.fill(); g.stroke();
    g.restore();
    g.scale(side, 1); // letters are not mirrored
    const centre = side * 4.3, size = 3.1;
    g.beginPath(); g.arc(centre, 8.8, 2.1, 0, 2 * Math.PI); g.fillStyle = colour; g.fill();
    g.fillStyle = "#fff"; g.font = `700 ${size * (letter.length > 1 ? 0.72 : 0.9)}px "Source Sans", sans-serif`; g.textAlign = "center"; g.textBaseline = "middle";
    g.fillText(letter, centre, 8.95);
    g.restore();
  }

  line(g, points) {
    g.beginPath();
    let on = false;
    for (const point of points) {
      if (!point) { on = false; continue; }
      if (on) g.lineTo(point[0], point[1]); else g.moveTo(point[0], point[1]);
      on = true;
    }
  }
}
