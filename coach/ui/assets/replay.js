// A practice replayed on a drawn back, beside the reference, over linked charts. Data: coach/ui/replay_data.py.

const TRAIL_S = 6; // of each thumb's way that stays visible behind it
const ROW = 16; // height of a row of events
const CHART = 76; // height of a chart
const GAP = 24; // above each chart, for its name
const SIDE = 44; // left of the charts, for their numbers
const SPEEDS = [0.25, 0.5, 1, 1.5, 2];
const KINDS = ["cue", "rest", "spine", "lost"];

export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector(".replay");
  if (!root.replay) root.replay = new Replay(root);
  root.replay.show(data, (moment) => setStateValue("moment", moment));
  return () => {
    root.replay.stop();
    setTimeout(() => { if (!root.isConnected) root.replay.film.drop(); });
  };
}

class Replay {
  constructor(root) {
    this.root = root;
    this.t = 0;
    this.span = null;
    this.speed = 1;
    this.byPath = true;
    this.playing = false;
    this.find = (selector) => root.querySelector(selector);
    this.film = new Film(this.find(".film"), this.find(".film video"));
    this.film.video.onseeked = () => this.lead(); // dragged on meanwhile
    this.find(".play").onclick = () => this.toggle();
    this.find(".whole").onclick = () => this.choose(null);
    this.find(".speed").onchange = (event) => { this.speed = Number(event.target.value); };
    this.find(".step").onchange = (event) => { this.byPath = event.target.value === "path"; this.draw(); };
    root.addEventListener("keydown", (event) => this.key(event));
    this.pointer(this.find(".lines"));
    this.pointBack(this.find(".mine"));
    new ResizeObserver(() => this.data && this.layout()).observe(root);
  }

  show(data, tell) {
    const first = !this.data;
    const other = first || data.id !== this.data.id;
    const language = first || data.words.play !== this.data.words.play;
    const notes = JSON.stringify(data.notes);
    const changed = other || language || notes !== this.shownNotes;
    this.tell = tell;
    this.data = data;
    this.film.show(data.film, () => this.filmed());
    this.find(".backs").classList.toggle("filmed", !this.find(".film").hidden);
    if (!changed) {
      this.follow();
      return;
    }
    this.shownNotes = notes;
    if (other) {
      this.stop();
      this.t = data.passes.length ? data.passes[0][0] : data.start;
      this.span = null;
    }
    this.words();
    this.layout();
    this.follow();
  }

  filmed() { // the video is there
    this.find(".film h3").textContent = this.data.film.title;
    this.find(".film .ended").textContent = this.data.film.over;
    this.find(".backs").classList.add("filmed");
    this.layout();
    this.lead();
  }

  lead() { this.film.follow(this.t, this.playing, this.speed); }

  follow() { // a moment that Python asks for, once each
    const { go } = this.data;
    const number = go ? go.n : 0;
    const asked = this.went !== undefined && this.went !== number;
    this.went = number;
    if (asked) this.go(go.t);
  }

  words() {
    const { words, steps } = this.data;
    this.find(".yours h3").textContent = words.yours;
    this.find(".theirs h3").textContent = words.model;
    this.find(".whole").textContent = words.whole;
    this.find(".speed-name").textContent = words.speed;
    this.find(".step-name").textContent = words.step;
    this.find(".hint").textContent = words.hint;
    const decimal = (x) => String(x).replace(".", words.decimal);
    options(this.find(".speed"), SPEEDS.map((s) => [String(s), `${decimal(s)}×`]), String(this.speed));
    if (!steps.length) this.byPath = false;
    const ways = [["path", words.by_path], ["time", words.by_time]];
    options(this.find(".step"), steps.length ? ways : ways.slice(1), this.byPath ? "path" : "time");
    this.find(".lines").setAttribute("aria-label", words.timeline);
    const c = this.data.colours;
    const legend = this.find(".legend");
    legend.replaceChildren(
      mark("", c.left, words.left), mark("dashed", c.right, words.right),
      ...KINDS.filter((kind) => this.data.events.some((e) => e.kind === kind))
        .map((kind) => mark("box", colour(kind, c), words[kind])),
      ...(this.data.notes.length ? [mark("box", colour("note", c), words.note)] : []),
    );
    this.button();
  }

  // --- time ------------------------------------------------------------------------------------------

  toggle() {
    if (this.playing) {
      this.stop();
      this.report();
      return;
    }
    const [from, to] = this.span || [0, this.data.end];
    if (this.t >= to - 0.05 || this.t < from) this.t = from;
    this.playing = true;
    this.before = performance.now();
    this.button();
    const tick = (now) => {
      if (!this.playing || !this.root.isConnected) return;
      this.t += ((now - this.before) / 1000) * this.speed;
      this.before = now;
      const [start, end] = this.span || [0, this.data.end];
      if (this.t >= end) {
        if (this.span) this.t = start; // a chosen stretch is played again and again
        else { this.t = end; this.stop(); this.report(); }
      }
      this.draw();
      if (this.playing) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  stop() {
    this.playing = false;
    this.lead();
    if (this.data) this.button();
  }

  button() {
    this.find(".play").textContent = this.playing ? this.data.words.pause : this.data.words.play;
    this.find(".whole").disabled = !this.span;
  }

  go(t) {
    this.t = Math.min(Math.max(t, 0), this.data.end);
    this.draw();
  }

  choose(span) {
    this.span = span;
    if (span && (this.t < span[0] || this.t > span[1])) this.t = span[0];
    this.button();
    this.draw();
    this.report();
  }

  report() { // tells Python where we are, once the hand is at rest: for notes
    clearTimeout(this.later);
    this.later = setTimeout(() => {
      if (this.playing) return;
      const moment = { t: round(this.t), from: this.span && round(this.span[0]), to: this.span && round(this.span[1]) };
      const text = JSON.stringify(moment);
      if (text === this.told) return;
      this.told = text;
      this.tell(moment);
    }, 250);
  }

  key(event) {
    if (event.target.matches("select")) return;
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step) this.go(this.t + step * (event.shiftKey ? 5 : 0.5));
    else if (event.key === " " && !event.target.matches("button")) this.toggle();
    else return;
    event.preventDefault();
    if (step) this.report();
  }

  pointer(lines) {
    const at = (event) => {
      const box = lines.getBoundingClientRect();
      const share = (event.clientX - box.left - SIDE) / (box.width - SIDE);
      return Math.min(Math.max(share, 0), 1) * this.data.end;
    };
    let from = null;
    lines.onpointerdown = (event) => {
      from = at(event);
      lines.setPointerCapture(event.pointerId);
      this.root.focus({ preventScroll: true });
      this.go(from);
    };
    lines.onpointermove = (event) => {
      if (from === null) {
        this.hover(at(event), event);
        return;
      }
      const to = at(event);
      if (Math.abs(to - from) > this.data.end / 200) {
        this.span = [Math.min(from, to), Math.max(from, to)];
        this.go(to);
        this.button();
      }
    };
    lines.onpointerup = (event) => {
      if (from === null) return;
      const to = at(event);
      if (Math.abs(to - from) <= this.data.end / 200) {
        if (this.span && (to < this.span[0] || to > this.span[1])) this.span = null;
        this.button();
        this.go(to);
      } else this.go(this.span[0]);
      from = null;
      this.report();
    };
  }

  hover(t, event) {
    const box = this.find(".lines").getBoundingClientRect();
    const near = this.data.end / 150;
    const hit = event.clientY - box.top < this.rows * ROW + 4
      && this.data.events.find((e) => e.start - near <= t && t <= e.end + near);
    this.find(".lines").title = hit ? hit.text : "";
  }

  pointBack(canvas) { // a click on a part of the back goes to where it was first circled
    canvas.onclick = (event) => {
      const box = canvas.getBoundingClientRect();
      const { u, v } = this.fromPixel(event.clientX - box.left, event.clientY - box.top);
      const { end, times } = this.data.levels;
      const level = Math.floor((u / end) * times[0].length);
      const found = level >= 0 && level < times[0].length ? times[v > 0 ? 1 : 0][level] : null;
      if (found !== null) { this.go(found); this.report(); }
    };
  }

  // --- drawing ---------------------------------------------------------------------------------------

  layout() {
    const { mine, model } = { mine: this.find(".mine"), model: this.find(".model") };
    this.kinds = KINDS.filter((kind) => this.data.events.some((event) => event.kind === kind));
    this.rows = this.kinds.length + (this.data.notes.length ? 1 : 0);
    this.font = getComputedStyle(this.root).fontFamily;
    const height = this.rows * ROW + this.data.charts.length * (CHART + GAP) + 22;
    // No higher than the drawn back is at that width: on a phone the rest would be a gap.
    const { top, bottom, half } = this.data;
    const tall = Math.min(330, Math.ceil((mine.clientWidth * (bottom - top)) / (2 * half)));
    this.contexts = {
      mine: context(mine, tall), model: context(model, tall),
      lines: context(this.find(".under"), height), over: context(this.find(".over"), height),
    };
    this.drawLines();
    this.draw();
  }

  scale(canvas) {
    const { top, bottom, half } = this.data;
    const size = Math.min(canvas.clientHeight / (bottom - top), canvas.clientWidth / (2 * half));
    return { size, x: (v) => canvas.clientWidth / 2 + v * size, y: (u) => (u - top) * size };
  }

  fromPixel(x, y) {
    const { size } = this.scale(this.find(".mine"));
    return { v: (x - this.find(".mine").clientWidth / 2) / size, u: y / size + this.data.top };
  }

  draw() {
    const { data, t } = this;
    this.lead();
    this.find(".clock").textContent = `${clock(t)} / ${clock(data.end)}`;
    const lines = this.find(".lines");
    lines.setAttribute("aria-valuenow", round(t));
    lines.setAttribute("aria-valuemax", data.end);
    lines.setAttribute("aria-valuetext", clock(t));
    const now = data.events.filter((e) => e.start - 0.1 <= t && t <= Math.max(e.end, e.start + 2));
    this.find(".now").textContent = now.map((e) => e.text).join(" · ");
    this.drawBack("mine", data.mine, t, this.span || [t - TRAIL_S, t], true);
    const theirs = this.theirs(t);
    this.drawBack("model", data.model, theirs, [theirs - TRAIL_S, theirs], false);
    this.drawOver();
  }

  theirs(t) { // the reference's moment that goes with ours
    const { steps, start, model_start, model, rate } = this.data;
    if (!this.byPath) {
      const length = model.u[0].length / rate - model_start;
      return model_start + Math.max(t - start, 0) % length;
    }
    let last = steps[0][0][1];
    for (const pairs of steps) {
      if (t < pairs[0][0]) return t < steps[0][0][0] ? last : pairs[0][1];
      if (t <= pairs[pairs.length - 1][0]) return interpolate(pairs, t);
      last = pairs[pairs.length - 1][1];
    }
    return last;
  }

  drawBack(name, path, t, trail, mine) {
    const canvas = this.find(`.${name}`);
    const g = this.contexts[name];
    const { colours: c, bottom, rate, levels } = this.data;
    const { x, y, size } = this.scale(canvas);
    g.clearRect(0, 0, canvas.clientWidth, canvas.clientHeight);
    line(g, this.data.outline, x, y);
    g.fillStyle = c.skin; g.fill();
    g.strokeStyle = c.faint; g.lineWidth = 1.5; g.stroke();
    for (const blade of this.data.blades) { line(g, blade, x, y); g.lineWidth = 1; g.stroke(); }
    g.fillStyle = "#E9DED0";
    g.fillRect(x(-1), y(0), 2 * size, y(bottom) - y(0));
    if (mine) this.drawLevels(g, levels, x, y, size, t);
    [c.left, c.right].forEach((colour, hand) => {
      const from = Math.max(0, Math.floor(trail[0] * rate));
      const to = Math.min(path.u[hand].length - 1, Math.round(trail[1] * rate));
      const here = Math.round(t * rate);
      g.strokeStyle = colour; g.lineWidth = 2; g.setLineDash(hand ? [5, 3] : []);
      let pen = false;
      g.beginPath();
      const piece = Math.max(1, Math.ceil((to - from) / 40));
      for (let i = from; i <= to; i++) {
        const [u, v] = [path.u[hand][i], path.v[hand][i]];
        if (u === null || v === null) { pen = false; continue; }
        if (pen) g.lineTo(x(v), y(u)); else g.moveTo(x(v), y(u));
        pen = true;
        if (i % piece === 0 && !(mine && this.span)) { // older pieces fade
          g.globalAlpha = 0.15 + 0.85 * ((i - from) / Math.max(to - from, 1));
          g.stroke();
          g.beginPath(); g.moveTo(x(v), y(u));
        }
      }
      g.globalAlpha = mine && this.span ? 0.55 : 1;
      g.stroke();
      g.globalAlpha = 1; g.setLineDash([]);
      const [u, v] = [path.u[hand][here], path.v[hand][here]];
      if (u === null || u === undefined || v === null) return;
      g.beginPath(); g.arc(x(v), y(u), 8, 0, 2 * Math.PI);
      if (path.on[hand][here]) { g.fillStyle = colour; g.fill(); } // hollow: it does not circle
      else { g.fillStyle = "#FFF"; g.fill(); }
      g.lineWidth = 3; g.strokeStyle = colour; g.stroke();
    });
  }

  drawLevels(g, levels, x, y, size, t) { // beside the hands: parts circled so far are filled
    const count = levels.times[0].length;
    const high = (levels.end / count) * size;
    [-1, 1].forEach((side, i) => {
      for (let k = 0; k < count; k++) {
        const at = levels.times[i][k];
        const left = side < 0 ? x(-7.6) : x(7);
        g.fillStyle = at !== null && at <= t ? this.data.colours.accent : "#FFF";
        g.globalAlpha = at !== null && at <= t ? 0.75 : 1;
        g.fillRect(left, y(0) + k * high + 1.5, 0.6 * size, high - 3);
        g.globalAlpha = 1;
        g.strokeStyle = at === null ? "#B5482A" : this.data.colours.faint; g.lineWidth = 1;
        g.strokeRect(left, y(0) + k * high + 1.5, 0.6 * size, high - 3);
      }
    });
  }

  x(t) {
    const width = this.find(".under").clientWidth;
    return SIDE + (t / this.data.end) * (width - SIDE);
  }

  drawLines() {
    const g = this.contexts.lines;
    const canvas = this.find(".under");
    const { data } = this;
    const { colours: c, end } = data;
    const width = canvas.clientWidth;
    g.clearRect(0, 0, width, canvas.clientHeight);
    g.font = `13px ${this.font}`;
    this.kinds.forEach((kind, row) => {
      g.fillStyle = "#F3F6F5";
      g.fillRect(SIDE, row * ROW + 2, width - SIDE, ROW - 4);
      for (const event of data.events.filter((e) => e.kind === kind)) {
        g.fillStyle = colour(kind, c);
        const wide = Math.max(this.x(event.end) - this.x(event.start), 4);
        g.fillRect(this.x(event.start) - (event.end > event.start ? 0 : 2), row * ROW + 2, wide, ROW - 4);
      }
    });
    const row = this.kinds.length;
    if (data.notes.length) {
      g.fillStyle = "#F3F6F5";
      g.fillRect(SIDE, row * ROW + 2, width - SIDE, ROW - 4);
    }
    for (const note of data.notes) {
      g.fillStyle = colour("note", c);
      const from = this.x(note.start);
      if (note.end !== null) g.fillRect(from, row * ROW + 5, Math.max(this.x(note.end) - from, 3), ROW - 10);
      g.beginPath(); g.moveTo(from - 6, row * ROW + 2); g.lineTo(from + 6, row * ROW + 2); g.lineTo(from, row * ROW + 14); g.fill();
    }
    data.charts.forEach((chart, i) => this.drawChart(g, chart, this.rows * ROW + i * (CHART + GAP) + GAP, width));
    const base = this.rows * ROW + data.charts.length * (CHART + GAP);
    const every = [1, 2, 5, 10, 15, 30, 60, 120, 300].find((s) => (s / end) * (width - SIDE) > 55) || 600;
    g.fillStyle = c.muted; g.textAlign = "center"; g.textBaseline = "top";
    for (let t = 0; t <= end; t += every) g.fillText(clock(t), Math.min(this.x(t), width - 16), base + 5);
  }

  drawChart(g, chart, top, width) {
    const c = this.data.colours;
    const [low, high] = chart.range;
    const y = (value) => top + CHART - ((value - low) / (high - low)) * CHART;
    g.fillStyle = c.ink; g.textAlign = "left"; g.textBaseline = "alphabetic"; g.font = `600 13px ${this.font}`;
    g.fillText(chart.name, SIDE, top - 6);
    g.font = `13px ${this.font}`;
    const band = chart.band.map((x) => (x === null ? high : x));
    const [a, b] = [y(band[0]), y(band[1])];
    g.fillStyle = c.band; g.fillRect(SIDE, Math.max(Math.min(a, b), top), width - SIDE, Math.min(Math.abs(b - a), CHART));
    g.strokeStyle = "#DDE4E4"; g.lineWidth = 1;
    g.strokeRect(SIDE + 0.5, top + 0.5, width - SIDE - 1, CHART - 1);
    g.fillStyle = c.muted; g.textAlign = "right"; g.textBaseline = "middle";
    for (const value of band) g.fillText(number(value, chart.digits, this.data.words), SIDE - 6, Math.min(Math.max(y(value), top + 6), top + CHART - 6));
    g.save();
    g.beginPath(); g.rect(SIDE, top, width - SIDE, CHART); g.clip();
    if (chart.id === "level") { // when each pass was
      g.fillStyle = "rgba(34, 51, 59, .05)";
      for (const [from, to] of this.data.passes) g.fillRect(this.x(from), top, this.x(to) - this.x(from), CHART);
    }
    chart.lines.forEach((values, hand) => {
      g.strokeStyle = chart.lines.length === 1 ? c.ink : hand ? c.right : c.left;
      g.setLineDash(hand ? [5, 3] : []);
      g.lineWidth = 1.8;
      g.beginPath();
      let before = null;
      values.forEach((value, i) => {
        if (value === null) { before = null; return; }
        const point = [this.x(chart.t[i]), y(value)];
        const wraps = chart.id === "phase" && before !== null && Math.abs(value - before) > 180;
        if (before === null || wraps) g.moveTo(...point); else g.lineTo(...point);
        before = value;
      });
      g.stroke();
    });
    g.setLineDash([]);
    g.restore();
  }

  drawOver() {
    const g = this.contexts.over;
    const canvas = this.find(".over");
    const { clientWidth: width, clientHeight: height } = canvas;
    g.clearRect(0, 0, width, height);
    if (this.span) {
      const [from, to] = this.span.map((t) => this.x(t));
      g.fillStyle = "rgba(255, 255, 255, .62)";
      g.fillRect(SIDE, 0, from - SIDE, height - 22);
      g.fillRect(to, 0, width - to, height - 22);
      g.strokeStyle = this.data.colours.accent; g.lineWidth = 1.5;
      g.strokeRect(from, 1, to - from, height - 24);
    }
    g.strokeStyle = this.data.colours.ink; g.lineWidth = 2;
    const x = this.x(this.t);
    g.beginPath(); g.moveTo(x, 0); g.lineTo(x, height - 20); g.stroke();
    this.drawValues(g, x, width);
  }

  drawValues(g, x, width) { // each chart's value at the moment, beside the line
    const { charts, colours: c, words } = this.data;
    charts.forEach((chart, i) => {
      const at = nearest(chart.t, this.t);
      const top = this.rows * ROW + i * (CHART + GAP) + GAP;
      const right = x < width - 130;
      let place = right ? x + 7 : x - 7;
      g.font = `600 13px ${this.font}`; g.textBaseline = "top"; g.textAlign = right ? "left" : "right";
      const order = right ? chart.lines.map((_, k) => k) : chart.lines.map((_, k) => k).reverse();
      for (const hand of order) {
        const value = chart.lines[hand][at];
        if (value === null || value === undefined) continue;
        const text = number(value, chart.digits, words);
        const wide = g.measureText(text).width;
        g.fillStyle = "rgba(255, 255, 255, .85)";
        g.fillRect(right ? place - 2 : place - wide - 2, top + 3, wide + 4, 16);
        g.fillStyle = chart.lines.length === 1 ? c.ink : hand ? c.right : c.left;
        g.fillText(text, place, top + 5);
        place += (right ? 1 : -1) * (wide + 12);
      }
    });
  }
}

function colour(kind, c) {
  return { cue: c.accent, rest: "#9AA8AD", spine: "#B5482A", lost: "#22333B", note: "#8A5FBF" }[kind];
}

function context(canvas, height) {
  const dense = window.devicePixelRatio || 1;
  canvas.style.height = `${height}px`;
  canvas.width = Math.round(canvas.clientWidth * dense);
  canvas.height = Math.round(height * dense);
  const g = canvas.getContext("2d");
  g.scale(dense, dense);
  return g;
}

function line(g, points, x, y) {
  g.beginPath();
  points.forEach(([v, u], i) => (i ? g.lineTo(x(v), y(u)) : g.moveTo(x(v), y(u))));
}

function interpolate(pairs, t) {
  let k = 1;
  while (k < pairs.length - 1 && pairs[k][0] < t) k++;
  const [a, b] = [pairs[k - 1], pairs[k]];
  return b[0] > a[0] ? a[1] + ((b[1] - a[1]) * (t - a[0])) / (b[0] - a[0]) : b[1];
}

function nearest(times, t) {
  let [low, high] = [0, times.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (times[middle] < t) low = middle; else high = middle;
  }
  return high > 0 && t - times[low] > times[high] - t ? high : low;
}

function clock(t) {
  return `${Math.floor(t / 60)}:${String(Math.floor(t % 60)).padStart(2, "0")}`;
}

function number(value, digits, words) {
  return value.toFixed(digits).replace(".", words.decimal);
}

function round(t) {
  return Math.round(t * 100) / 100;
}

function options(select, pairs, chosen) {
  select.replaceChildren(...pairs.map(([value, text]) => new Option(text, value, false, value === chosen)));
}

function mark(kind, colour, text) {
  const made = document.createElement("span");
  const sign = document.createElement("i");
  sign.className = kind;
  sign.style.background = colour;
  sign.style.setProperty("--c", colour);
  made.append(sign, text);
  return made;
}
