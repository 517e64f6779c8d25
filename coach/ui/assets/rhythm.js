// Tap a rhythm, by key, mouse or touch; a metronome to follow. The tempo is computed in coach/teach/tapping.py.

const KEPT = 24; // taps that are sent along: more than count, so that none is lost when two calls become one
const LOOK_AHEAD_S = 0.2; // clicks are handed to the sound card before they are due
const TICK_MS = 50;

export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector(".rhythm");
  if (!root.rhythm) root.rhythm = new Rhythm(root);
  root.rhythm.show(data, (taps) => setStateValue("taps", taps));
  return () => root.rhythm && root.rhythm.leave();
}

class Rhythm {
  constructor(root) {
    this.root = root;
    this.taps = [];
    this.find = (selector) => root.querySelector(selector);
    const pad = this.find(".pad");
    // One event for finger, pen and mouse, at the moment of the touch and not of the release.
    pad.addEventListener("pointerdown", (event) => { if (event.button === 0) { event.preventDefault(); pad.focus(); this.tap(event.timeStamp); } });
    this.keys = (event) => {
      if (event.code !== "Space" || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
      const target = event.composedPath()[0];
      const mine = target === pad || target === document.body || !(target instanceof Element) || !target.closest("button, input, select, textarea, a, [role=combobox]");
      if (!mine) return;
      event.preventDefault();
      this.tap(event.timeStamp);
    };
    this.find(".again").onclick = () => { this.taps = []; this.tell([]); this.told(null); };
    this.find(".click").onclick = () => this.metronome(!this.ticking);
  }

  show(data, tell) {
    this.tell = tell;
    this.data = data;
    document.removeEventListener("keydown", this.keys);
    document.addEventListener("keydown", this.keys);
    const { words, band, own } = data;
    const pad = this.find(".pad"), hint = document.createElement("small");
    hint.textContent = words.hint;
    pad.replaceChildren(words.tap, hint);
    this.find(".again").textContent = words.again;
    this.find(".click").textContent = this.ticking ? words.stop : words.metronome;
    const [a0, a, b, b0] = band;
    this.low = a0; this.high = b0;
    const at = (cpm) => `${100 * Math.min(1, Math.max(0, (cpm - a0) / (b0 - a0)))}%`;
    this.at = at;
    Object.assign(this.find(".band").style, { left: at(a), width: `calc(${at(b)} - ${at(a)})` });
    const ends = this.find(".ends");
    ends.replaceChildren(...[[a, words.low], [own, words.own], [b, words.high]].map(([cpm, text]) => {
      const span = document.createElement("span");
      span.style.left = at(cpm);
      span.textContent = text;
      return span;
    }));
    this.told(data.heard);
  }

  told(heard) {
    const place = this.find(".told");
    const number = place.querySelector("b"), unit = place.querySelector("span"), line = place.querySelector("p");
    number.textContent = heard ? heard.cpm_text : "";
    unit.textContent = heard ? this.data.words.unit : "";
    line.textContent = heard ? heard.text : this.taps.length ? this.data.words.more : this.data.words.start;
    const mark = this.find(".mark");
    mark.hidden = !heard;
    if (heard) mark.style.left = this.at(heard.cpm);
  }

  tap(time_ms) {
    this.taps = [...this.taps, Math.round(time_ms) / 1000].slice(-KEPT);
    const pad = this.find(".pad");
    pad.classList.add("hit");
    clearTimeout(this.flash);
    this.flash = setTimeout(() => pad.classList.remove("hit"), 110);
    if (!this.data.heard) this.told(null);
    this.tell(this.taps);
  }

  metronome(on) {
    this.ticking = on;
    clearInterval(this.timer);
    this.find(".click").setAttribute("aria-pressed", String(on));
    this.find(".click").textContent = on ? this.data.words.stop : this.data.words.metronome;
    if (!on) { if (this.audio) this.audio.suspend(); return; }
    this.audio = this.audio || new AudioContext();
    this.audio.resume();
    let due = this.audio.currentTime + 0.1;
    this.timer = setInterval(() => {
      if (!this.root.isConnected) return this.leave();
      while (due < this.audio.currentTime + LOOK_AHEAD_S) {
        this.click(due);
        due += 60 / this.data.own;
      }
    }, TICK_MS);
  }

  click(when) {
    const tone = this.audio.createOscillator(), loud = this.audio.createGain();
    tone.frequency.value = 880;
    loud.gain.setValueAtTime(0.0001, when);
    loud.gain.exponentialRampToValueAtTime(0.4, when + 0.004);
    loud.gain.exponentialRampToValueAtTime(0.0001, when + 0.09);
    tone.connect(loud).connect(this.audio.destination);
    tone.start(when);
    tone.stop(when + 0.1);
    const beat = this.find(".beat");
    setTimeout(() => {
      beat.classList.add("on");
      setTimeout(() => beat.classList.remove("on"), 160);
    }, Math.max(0, (when - this.audio.currentTime) * 1000));
  }

  leave() {
    document.removeEventListener("keydown", this.keys);
    clearInterval(this.timer);
    this.ticking = false;
    if (this.audio) this.audio.close();
    this.audio = null;
  }
}
