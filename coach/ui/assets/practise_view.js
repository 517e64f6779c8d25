// The live view: asks for the newest state, draws it, speaks, ticks, and sends what is pressed.
const HANDS = ["#0072B2", "#D55E00"];
const INK = "#22333B", MUTED = "#5B6A70", FAINT = "#C9D2D4", SKIN = "#F6F1EA", ACCENT = "#0B6E6E", DONE = "#BFDCCB";
// Okabe and Ito's colours: told apart by colour-blind people; each kind has its own shape as well.
const KINDS = {
  safety: ["#D55E00", "#FFFFFF", "M30 2h40l28 28v40L70 98H30L2 70V30Z M44 22h12l-2 34h-8Z M50 66a6 6 0 1 0 .1 0Z"],
  path: ["#0072B2", "#FFFFFF", "M50 4 90 50H66V96H34V50H10Z"],
  hands: ["#8A4A73", "#FFFFFF", "M8 20h34v60H8Z M58 20h34v60H58Z"],
  tempo: ["#E69F00", "#22333B", "M38 6h24l18 88H20Z M50 80 78 22l6 3L56 82Z"],
  shape: ["#56B4E9", "#22333B", "M50 6a44 44 0 1 0 .1 0Z M50 26a24 24 0 1 1-.1 0Z"],
  good: ["#00785A", "#FFFFFF", "M10 54 24 40l18 18L78 18l14 14L42 86Z"],
};
const UP_TURNED = new Set(["low_back", "start_higher"]);

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const kept = parentElement.liveView;
  if (kept && kept.token === data.token) { kept.update(data, setTriggerValue); return kept.stop; }
  if (kept) kept.stop();
  const view = new View(parentElement, data, setTriggerValue);
  parentElement.liveView = view;
  return view.stop;
}

class View {
  constructor(root, data, trigger) {
    this.root = root; this.data = data; this.trigger = trigger; this.token = data.token;
    this.stopped = false; this.serial = 0; this.heard = 0; this.trails = [[], []];
    this.state = { phase: "setup", said: [] }; this.image = null; this.corners = null; this.drag = -1;
    this.$ = (name) => root.querySelector(`[data-part="${name}"]`);
    this.sound = new Sound(data);
    this.words();
    this.bind();
    this.stop = () => { this.stopped = true; this.sound.stop(); this.darken(); document.removeEventListener("keydown", this.onkey); };
    // When each state was drawn and how old it was then, ms; benchmarks/live.py reads it.
    this.shown = window.liveShown = [];
    this.poll(); this.pictures(); this.keepDrawing();
    if (data.films) this.film();
  }

  update(data, trigger) { this.data = data; this.trigger = trigger; this.words(); }
  say(id) { return this.data.words[id] || id; }
  words() {
    for (const element of this.root.querySelectorAll("[data-word]")) element.textContent = this.say(element.dataset.word);
    this.$("notice").textContent = this.data.notice || "";
  }

  bind() {
    const on = (part, what) => this.$(part).addEventListener("click", (event) => { event.preventDefault(); what(); });
    on("start", () => this.send({ do: "start" }));
    on("stop", () => this.send({ do: "stop" }));
    on("again", () => this.send({ do: "look_again" }));
    on("mark", () => { this.corners = [[0.4, 0.4], [0.6, 0.4], [0.57, 0.72], [0.43, 0.72]]; this.image = null;
                       this.send({ do: "still", on: true }); });
    on("use", () => { this.send({ do: "corners", points: this.corners }); this.corners = null; this.image = null; });
    on("leave", () => { this.corners = null; this.image = null; this.send({ do: "still", on: false }); });
    const picture = this.$("picture");
    picture.addEventListener("change", () => { this.send({ do: "picture", on: picture.checked });
                                               if (!picture.checked) this.image = null; });
    this.$("tick").addEventListener("input", (event) => { this.sound.volume = event.target.value / 100; });
    this.onkey = (event) => {
      if (["Shift", "Control", "Alt", "Meta", "Tab", "F5", "F11", "F12"].includes(event.key) || event.ctrlKey || event.metaKey) return;
      if (this.state.phase === "round") { event.preventDefault(); this.send({ do: "stop" }); }
      else if (this.corners) this.nudge(event);
      else if (event.key === "Enter" && this.state.ready && !["BUTTON", "INPUT"].includes(this.focused()))
        this.send({ do: "start" });
    };
    document.addEventListener("keydown", this.onkey);
    const canvas = this.$("canvas");
    const place = (event) => {
      const box = canvas.getBoundingClientRect(), frame = this.frameBox();
      const k = canvas.width / box.width;
      return [((event.clientX - box.left) * k - frame.x) / frame.w, ((event.clientY - box.top) * k - frame.y) / frame.h];
    };
    canvas.addEventListener("pointerdown", (event) => {
      if (!this.corners) return;
      const [x, y] = place(event);
      const far = this.corners.map((c) => Math.hypot(c[0] - x, c[1] - y));
      this.drag = far.indexOf(Math.min(...far)); canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (this.drag < 0 || !this.corners) return;
      this.corners[this.drag] = place(event).map((v) => Math.min(1, Math.max(0, v)));
    });
    canvas.addEventListener("pointerup", () => { this.drag = -1; });
  }

  focused() {
    let active = document.activeElement;
    while (active && active.shadowRoot && active.shadowRoot.activeElement) active = active.shadowRoot.activeElement;
    return active ? active.tagName : "";
  }

  nudge(event) {
    const step = { ArrowLeft: [-0.01, 0], ArrowRight: [0.01, 0], ArrowUp: [0, -0.01], ArrowDown: [0, 0.01] }[event.key];
    if (/^[1-4]$/.test(event.key)) this.chosen = Number(event.key) - 1;
    if (!step) return;
    event.preventDefault();
    const corner = this.corners[this.chosen || 0];
    corner[0] = Math.min(1, Math.max(0, corner[0] + step[0])); corner[1] = Math.min(1, Math.max(0, corner[1] + step[1]));
  }

  async ask(path, options = {}) {
    return fetch(path, { cache: "no-store", ...options, headers: { "X-Live-Token": this.token, ...(options.headers || {}) } });
  }
  async send(what) {
    this.sound.wake();
    try {
      await this.ask("/live/command", { method: "POST", body: JSON.stringify(what), headers: { "Content-Type": "application/json" } });
    } catch { /* the polling tells that the server is away */ }
  }

  async poll() {
    while (!this.stopped) {
      try {
        const answer = await this.ask(`/live/state?after=${this.serial}`);
        if (answer.status === 410) { this.end("gone"); return; }
        if (!answer.ok) throw new Error(String(answer.status));
        const state = await answer.json();
        this.away = false;
        if (state.serial === this.serial) continue;
        this.serial = state.serial;
        this.take(state);
      } catch { this.away = true; this.banner(this.say("server_away")); await pause(700); }
    }
  }

  async pictures() {
    let after = 0;
    while (!this.stopped) {
      const wanted = this.$("picture").checked || (this.corners && !this.image);
      if (!wanted || !["setup", "round"].includes(this.state.phase)) { await pause(150); continue; }
      try {
        const answer = await this.ask(`/live/frame?after=${after}`);
        if (answer.status !== 200) { await pause(60); continue; }
        after = Number(answer.headers.get("X-Frame"));
        const image = await createImageBitmap(await answer.blob());
        if (this.image) this.image.close();
        this.image = image;
      } catch { await pause(500); }
    }
  }

  async film() {
    // This browser's camera: one picture in flight, and only new ones.
    const troubles = { NotAllowedError: "forbidden", NotFoundError: "missing", OverconstrainedError: "missing", NotReadableError: "busy" };
    const video = document.createElement("video"), canvas = document.createElement("canvas");
    video.muted = video.playsInline = true;
    while (!this.stopped) {
      try {
        if (!navigator.mediaDevices) throw new DOMException("", "NotAllowedError");  // neither localhost nor HTTPS
        this.stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } } });
        const track = this.stream.getVideoTracks()[0];
        video.srcObject = this.stream;
        await video.play();
        this.local = null;
        while (!this.stopped && track.readyState === "live") {
          const fresh = await Promise.race([new Promise((done) => video.requestVideoFrameCallback(() => done(true))), pause(500)]);
          if (!fresh) continue;
          canvas.width = video.videoWidth; canvas.height = video.videoHeight;
          canvas.getContext("2d").drawImage(video, 0, 0);
          const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
          await this.ask("/live/push", { method: "POST", body: blob, headers: { "Content-Type": "image/jpeg" } });
        }
      } catch (error) { this.local = troubles[error.name] || null; }
      this.darken();
      if (!this.stopped) await pause(1000);
    }
  }
  darken() {
    if (this.stream) for (const track of this.stream.getTracks()) track.stop();
    this.stream = null;
  }

  end(why) {
    if (this.ended) return;
    this.ended = true; this.stop(); this.trigger("ended", why);
  }

  take(state) {
    const before = this.state.phase;
    this.state = state;
    this.root.querySelector(".live").dataset.phase = state.phase;
    this.root.querySelector(".live").dataset.corners = this.corners ? "yes" : "no";
    for (const item of state.said) if (item.n > this.heard) { this.heard = item.n; this.hear(item); }
    if (state.phase === "setup") this.setup(state);
    if (state.phase === "round") {
      if (before !== "round") {
        this.sound.begin();
        this.root.querySelector(".live").scrollIntoView({ block: "nearest" });
        if (window.innerWidth < 800) this.root.querySelector(".stage").scrollIntoView({ block: "start" });
      }
      const now = performance.now();
      (state.thumbs || []).forEach((point, hand) => this.trails[hand].push([now, point]));
      this.trails = this.trails.map((trail) => trail.filter(([at]) => now - at < 2500));
      this.$("tempo").textContent = state.tempo === null ? "–" : String(Math.round(state.tempo));
      const left = Math.max(0, Math.ceil(state.total - state.elapsed));
      this.$("time").textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
      const done = state.turns.flat();
      this.$("covered").textContent = `${Math.round(100 * done.filter((x) => x >= 0.5).length / done.length)} %`;
    }
    this.banner(state.trouble ? this.say(this.local || state.trouble)
      : state.busy ? this.say("busy_" + state.busy)
      : state.gone > 0 ? this.say("gone").replace("{seconds}", String(Math.ceil(5 * (1 - state.gone)))) : "");
    window.liveCounts = { grabbed: state.grabbed, dropped: state.dropped };
    this.drawSoon();
    if (state.phase === "after" || state.phase === "closed") this.end(state.phase);
  }

  setup(state) {
    const list = this.$("checks");
    list.replaceChildren(...(state.checks || []).map((check) => {
      const row = document.createElement("li");
      row.className = check.colour;
      const mark = document.createElement("span");
      mark.className = "mark"; mark.setAttribute("aria-hidden", "true");
      mark.textContent = { green: "✓", amber: "!", red: "✕" }[check.colour];
      const name = document.createElement("b"); name.textContent = this.say("check_" + check.id);
      const text = document.createElement("span"); text.textContent = this.say((check.id === "camera" && check.colour === "red" && this.local) || check.sentence);
      row.append(mark, name, text);
      return row;
    }));
    this.$("start").disabled = !state.ready;
    this.$("hint").textContent = this.say(this.corners ? "corners_hint" : state.ready ? "start_hint" : "wait_hint");
  }

  hear(item) {
    const text = this.say(item.id).replace(/ \{seconds\}[^.]*/, "");
    const cue = this.data.cues[item.id];
    if (item.kind === "cue" && cue) {
      const [ground, ink, path] = KINDS[cue.kind];
      const box = this.$("cue");
      box.style.background = ground; box.style.color = ink;
      const icon = box.querySelector("path");
      icon.setAttribute("d", path); icon.setAttribute("fill", ink);
      icon.setAttribute("transform", cue.kind === "path" && !UP_TURNED.has(item.id) ? "rotate(180 50 50)" : "");
      box.querySelector("span").textContent = text;
      box.classList.add("on");
      clearTimeout(this.cueTimer);
      this.cueTimer = setTimeout(() => box.classList.remove("on"), 4500);
    }
    this.$("spoken").textContent = text;
    this.sound.speak(text, item.kind === "cue" ? (cue ? cue.kind : "path") : "news");
  }

  banner(text) {
    const box = this.$("banner");
    if (box.textContent !== text) box.textContent = text;
    box.classList.toggle("on", Boolean(text));
  }

  frameBox() {
    const canvas = this.$("canvas"), aspect = this.state.aspect || this.aspect || 4 / 3;
    this.aspect = aspect;
    const w = Math.min(canvas.width, canvas.height * aspect), h = w / aspect;
    return { x: (canvas.width - w) / 2, y: (canvas.height - h) / 2, w, h };
  }

  drawSoon() {
    if (this.waiting || this.stopped) return;
    this.waiting = requestAnimationFrame(() => { this.waiting = 0; this.draw(); });
  }

  async keepDrawing() {
    // States come with every analysed picture; this is for when none come, and while corners are dragged.
    while (!this.stopped) { this.drawSoon(); await pause(this.drag >= 0 ? 30 : 200); }
  }

  draw() {
    if (this.stopped) return;
    const canvas = this.$("canvas");
    const box = canvas.getBoundingClientRect();
    const scale = Math.min(2, window.devicePixelRatio || 1);
    const width = Math.round(box.width * scale), height = Math.round(box.height * scale);
    if (width && (canvas.width !== width || canvas.height !== height)) { canvas.width = width; canvas.height = height; }
    const pen = canvas.getContext("2d");
    pen.clearRect(0, 0, canvas.width, canvas.height);
    if (this.state.phase === "setup") this.drawScene(pen); else this.drawBack(pen, canvas);
    const captured = this.state.captured_ms;
    if (captured && captured !== this.drawn) {
      this.drawn = captured;
      this.shown.push([Date.now(), Date.now() - captured]);
      if (this.shown.length > 2000) this.shown.shift();
    }
  }

  drawScene(pen) {
    const b = this.frameBox(), at = (p) => [b.x + p[0] * b.w, b.y + p[1] * b.h], unit = b.w / 100;
    pen.fillStyle = "#E9EEEE"; pen.fillRect(b.x, b.y, b.w, b.h);
    if (this.image) pen.drawImage(this.image, b.x, b.y, b.w, b.h);
    pen.lineJoin = pen.lineCap = "round";
    const line = (points, colour, width, fill) => {
      const known = points.filter(Boolean);
      if (known.length < 2) return;
      pen.beginPath(); known.forEach((p, i) => pen[i ? "lineTo" : "moveTo"](...at(p)));
      if (fill) { pen.closePath(); pen.fillStyle = fill; pen.fill(); }
      pen.strokeStyle = colour; pen.lineWidth = width; pen.stroke();
    };
    const s = this.state;
    if (this.corners) {
      line([...this.corners, this.corners[0]], ACCENT, 0.6 * unit, "rgba(11,110,110,.18)");
      this.corners.forEach((p, i) => {
        pen.beginPath(); pen.arc(...at(p), 2.6 * unit, 0, 7); pen.fillStyle = ACCENT; pen.fill();
        pen.fillStyle = "#fff"; pen.font = `600 ${3 * unit}px sans-serif`; pen.textAlign = "center"; pen.textBaseline = "middle";
        pen.fillText(String(i + 1), ...at(p));
      });
      return;
    }
    const bones = [[11, 12], [11, 23], [12, 24], [23, 24], [11, 13], [13, 15], [12, 14], [14, 16], [23, 25], [24, 26]];
    if (s.pose) {
      // She keeps still: where she was last seen stays, faintly, behind the back that is followed.
      const p = s.pose, colour = s.outline ? FAINT : MUTED;
      bones.forEach(([i, j]) => line([p[i], p[j]], colour, 1.1 * unit));
      const head = [(p[7][0] + p[8][0]) / 2, (p[7][1] + p[8][1]) / 2];
      pen.beginPath(); pen.arc(...at(head), 0.32 * Math.hypot(b.w * (p[11][0] - p[12][0]), b.h * (p[11][1] - p[12][1])), 0, 7);
      pen.lineWidth = 1.1 * unit; pen.strokeStyle = colour; pen.stroke();
    }
    if (s.outline) {
      line(s.outline, ACCENT, 0.7 * unit, "rgba(11,110,110,.16)");
      line(s.spine, ACCENT, 0.5 * unit);
    } else if (s.pose) {
      const p = s.pose;
      if (s.alone > 0) {
        const mid = [(p[11][0] + p[24][0]) / 2, (p[11][1] + p[24][1]) / 2];
        pen.beginPath(); pen.arc(...at(mid), 7 * unit, -Math.PI / 2, -Math.PI / 2 + 2 * Math.PI * s.alone);
        pen.strokeStyle = ACCENT; pen.lineWidth = 1.6 * unit; pen.stroke();
      }
    }
    (s.thumbs || []).forEach((p, hand) => { if (p) this.dot(pen, at(p), hand, 2.2 * unit); });
    if (s.rest > 0 && s.spine && s.spine[0]) {
      pen.beginPath(); pen.arc(...at(s.spine[0]), 9 * unit, -Math.PI / 2, -Math.PI / 2 + 2 * Math.PI * s.rest);
      pen.strokeStyle = ACCENT; pen.lineWidth = 2 * unit; pen.stroke();
    }
  }

  dot(pen, [x, y], hand, r) {
    pen.beginPath();
    if (hand === 0) pen.arc(x, y, r, 0, 7); else pen.rect(x - r, y - r, 2 * r, 2 * r);
    pen.fillStyle = HANDS[hand]; pen.fill(); pen.lineWidth = r / 4; pen.strokeStyle = "#fff"; pen.stroke();
  }

  drawBack(pen, canvas) {
    const back = this.data.back, s = this.state;
    const top = -0.2 * back.length, bottom = 0.62 * back.length, half = 0.42 * back.length;
    const k = Math.min(canvas.height / (bottom - top), canvas.width / (2 * half));
    const at = ([v, u]) => [canvas.width / 2 + v * k, (u - top) * k];
    const path = (points) => { pen.beginPath(); points.forEach((p, i) => pen[i ? "lineTo" : "moveTo"](...at(p))); };
    pen.lineJoin = pen.lineCap = "round";
    path(back.outline); pen.fillStyle = SKIN; pen.fill(); pen.strokeStyle = FAINT; pen.lineWidth = 0.25 * k; pen.stroke();
    for (const blade of back.blades) { path(blade); pen.stroke(); }
    const end = back.end_u * back.length, rows = s.turns ? s.turns[0].length : 0;
    for (let side = 0; side < 2; side++) for (let row = 0; row < rows; row++) {
      const done = s.turns[side][row], y = row * end / rows, x = side ? 1.3 : -1.3 - 4.4;
      const [left, upper] = at([x, y + 0.12]);
      pen.fillStyle = done >= 0.5 ? DONE : "#FFFFFF"; pen.strokeStyle = done >= 0.5 ? "#8DBFA2" : FAINT; pen.lineWidth = 0.1 * k;
      pen.beginPath(); pen.roundRect(left, upper, 4.4 * k, (end / rows - 0.24) * k, 0.4 * k); pen.fill(); pen.stroke();
    }
    pen.fillStyle = "#E9DED0"; const [sl, st] = at([-0.5, 0]); pen.fillRect(sl, st, k, (bottom - 0) * k);
    if (this.data.mode === "guided" && s.phase === "round") this.ghost(pen, at, k, end);
    const now = performance.now();
    this.trails.forEach((trail, hand) => {
      for (let i = 1; i < trail.length; i++) {
        const [a, p] = trail[i - 1], [, q] = trail[i];
        if (!p || !q) continue;
        pen.globalAlpha = Math.max(0.05, 1 - (now - a) / 2500);
        pen.beginPath(); pen.moveTo(...at([p[1], p[0] * back.length])); pen.lineTo(...at([q[1], q[0] * back.length]));
        pen.strokeStyle = HANDS[hand]; pen.lineWidth = 0.5 * k; pen.stroke();
      }
      pen.globalAlpha = 1;
      const last = trail.length ? trail[trail.length - 1][1] : null;
      if (last) this.dot(pen, at([last[1], last[0] * back.length]), hand, 0.8 * k);
    });
    this.ring();
  }

  ghost(pen, at, k, end) {
    // The model's thumbs: down the back in a pass, with circles at the reference's tempo.
    const back = this.data.back, t = this.state.elapsed || 0, pass = back.pass_s + 2;
    const share = Math.min(1, (t % pass) / back.pass_s), turn = 2 * Math.PI * back.tempo_cpm / 60 * t;
    const y = back.start_u * back.length + share * (end - back.start_u * back.length);
    for (const side of [-1, 1]) {
      const [x0, y0] = at([side * (back.offset_cm + 1.3 * Math.cos(turn)), y + 1.3 * Math.sin(turn)]);
      pen.beginPath(); pen.arc(x0, y0, 0.9 * k, 0, 7); pen.setLineDash([0.5 * k, 0.4 * k]);
      pen.strokeStyle = MUTED; pen.lineWidth = 0.25 * k; pen.stroke(); pen.setLineDash([]);
    }
  }

  ring() {
    const s = this.state;
    if (!s.total) return;
    const length = 2 * Math.PI * 44;
    this.$("ring").setAttribute("stroke-dasharray", `${Math.min(1, s.elapsed / s.total) * length} ${length}`);
  }
}

class Sound {
  constructor(data) { this.data = data; this.volume = 0.35; this.next = 0; }
  wake() {
    try { this.audio = this.audio || new AudioContext(); this.audio.resume(); } catch { this.audio = null; }
  }
  begin() {
    this.wake();
    if (this.data.mode === "test" || !this.audio) return;
    this.next = this.audio.currentTime + 0.3;
    this.timer = setInterval(() => {
      // A little ahead of time, so that a busy page does not shake the beat.
      while (this.next < this.audio.currentTime + 0.4) {
        if (this.volume > 0) this.tone(880, this.next, 0.05, this.volume * 0.5);
        this.next += 60 / this.data.back.tempo_cpm;
      }
    }, 120);
  }
  tone(hz, at, seconds, volume) {
    const swing = this.audio.createOscillator(), gain = this.audio.createGain();
    swing.frequency.value = hz; gain.gain.setValueAtTime(volume, at); gain.gain.exponentialRampToValueAtTime(0.0005, at + seconds);
    swing.connect(gain).connect(this.audio.destination); swing.start(at); swing.stop(at + seconds + 0.02);
  }
  speak(text, kind) {
    // Only voices of this machine: others would send the words away.
    const synth = window.speechSynthesis;
    const voice = synth && synth.getVoices().find((v) => v.localService && v.lang.toLowerCase().startsWith(this.data.language));
    if (voice) {
      const words = new SpeechSynthesisUtterance(text);
      words.voice = voice; words.lang = voice.lang; words.rate = 0.95;
      synth.cancel(); synth.speak(words);
      return;
    }
    if (!this.audio) return;
    const at = this.audio.currentTime + 0.02;
    const tune = { safety: [220, 220, 220], good: [523, 659], news: [523] }[kind] || [440, 330];
    tune.forEach((hz, i) => this.tone(hz, at + 0.22 * i, 0.2, 0.3));
  }
  stop() { clearInterval(this.timer); if (this.audio) { this.audio.close(); this.audio = null; } }
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));
