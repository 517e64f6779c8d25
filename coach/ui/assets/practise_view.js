// The live view: asks for the newest state, draws it, speaks, ticks, and sends what is pressed.
// Okabe and Ito's colours: told apart by colour-blind people; each kind has its own shape as well.
const KINDS = {
  safety: ["#D55E00", "#FFFFFF", "M30 2h40l28 28v40L70 98H30L2 70V30Z M44 22h12l-2 34h-8Z M50 66a6 6 0 1 0 .1 0Z"],
  path: ["#0072B2", "#FFFFFF", "M50 96 10 50H34V4H66V50H90Z"],
  hands: ["#8A4A73", "#FFFFFF", "M8 20h34v60H8Z M58 20h34v60H58Z"],
  tempo: ["#E69F00", "#22333B", "M38 6h24l18 88H20Z M50 80 78 22l6 3L56 82Z"],
  shape: ["#56B4E9", "#22333B", "M50 6a44 44 0 1 0 .1 0Z M50 26a24 24 0 1 1-.1 0Z"],
  good: ["#00785A", "#FFFFFF", "M10 54 24 40l18 18L78 18l14 14L42 86Z"],
};
// What an arrow down the back would say wrongly.
const ICONS = {
  too_wide: "M46 8h8v84h-8Z M4 42H22V28L40 50 22 72V58H4Z M96 42H78V28L60 50 78 72V58H96Z",
  too_close: "M46 8h8v84h-8Z M40 42H22V28L4 50 22 72V58H40Z M60 42H78V28L96 50 78 72V58H60Z",
  no_circles: KINDS.shape[2],
  low_back: "M50 4 90 50H66V96H34V50H10Z",
  start_higher: "M50 4 90 50H66V96H34V50H10Z",
};

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
    this.state = { phase: "setup", said: [] }; this.image = null; this.corners = null; this.drag = -1; this.chosen = 0;
    this.asked = new Set();  // serial numbers that questions under way wait for
    this.$ = (name) => root.querySelector(`[data-part="${name}"]`);
    this.sound = new Sound(data);
    this.stage = new Stage(this.$("canvas"), data);
    this.look = "figures";
    this.words();
    this.banner(this.say("opening"));
    this.bind();
    this.stop = () => { this.stopped = true; this.sound.stop(); this.darken(); document.removeEventListener("keydown", this.onkey); };
    // When each state was drawn and how old it was then, ms; benchmarks/live.py reads it.
    this.shown = window.liveShown = [];
    this.poll(); this.poll(); this.pictures(); this.keepDrawing();
    if (data.films) this.film();
  }

  update(data, trigger) { this.data = this.stage.data = this.sound.data = data; this.trigger = trigger; this.words(); }
  say(id) { return this.data.words[id] || id; }
  words() {
    for (const element of this.root.querySelectorAll("[data-word]")) element.textContent = this.say(element.dataset.word);
    this.$("notice").textContent = this.data.notice || "";
    this.$("beat").hidden = this.data.mode === "test";  // it does not sound there
  }

  bind() {
    const on = (part, what) => this.$(part).addEventListener("click", (event) => { event.preventDefault(); what(); });
    on("start", () => this.send({ do: "start" }));
    on("stop", () => this.send({ do: "stop" }));
    on("again", () => this.send({ do: "look_again" }));
    on("mark", () => { this.corners = this.suggested(); this.chosen = 0; this.image = null; this.send({ do: "still", on: true }); });
    on("use", () => { this.send({ do: "corners", points: this.corners }); this.corners = null; this.image = null; });
    on("leave", () => this.leave());
    this.$("picture").addEventListener("change", (event) => this.choose(event.target.checked ? "picture" : "figures"));
    for (const choice of this.root.querySelectorAll("[name=look]")) choice.addEventListener("change", () => this.choose(choice.value));
    // What was touched or clicked keeps no focus, so that any key ends the round.
    this.$("looks").addEventListener("click", (event) => { if (event.detail > 0) event.target.blur(); });
    this.$("tick").addEventListener("pointerup", (event) => event.target.blur());
    this.$("tick").addEventListener("input", (event) => {
      this.sound.volume = event.target.value / 100;
      if (this.state.phase === "setup") this.sound.sample();
    });
    this.onkey = (event) => {
      if (["Shift", "Control", "Alt", "Meta", "Tab", "F5", "F11", "F12"].includes(event.key) || event.ctrlKey || event.metaKey) return;
      const turns = this.focused() === "INPUT" && event.key.startsWith("Arrow");  // the view or the beat, chosen by Tab
      if (this.state.phase === "round") { if (!turns) { event.preventDefault(); this.send({ do: "stop" }); } }
      else if (this.corners) this.nudge(event);
      else if (event.key === "Enter" && this.state.ready && !["BUTTON", "INPUT"].includes(this.focused()))
        this.send({ do: "start" });
    };
    document.addEventListener("keydown", this.onkey);
    const canvas = this.$("canvas");
    const place = (event) => {
      const box = canvas.getBoundingClientRect(), frame = this.stage.box(this.state);
      const k = canvas.width / box.width;
      return [((event.clientX - box.left) * k - frame.x) / frame.w, ((event.clientY - box.top) * k - frame.y) / frame.h];
    };
    canvas.addEventListener("pointerdown", (event) => {
      if (!this.corners) return;
      const [x, y] = place(event);
      const far = this.corners.map((c) => Math.hypot(c[0] - x, c[1] - y));
      this.drag = this.chosen = far.indexOf(Math.min(...far)); canvas.setPointerCapture(event.pointerId);
      // The nearest corner goes along from where it is: a finger on it would hide it.
      this.grip = [this.corners[this.drag][0] - x, this.corners[this.drag][1] - y];
    });
    canvas.addEventListener("pointermove", (event) => {
      if (this.drag < 0 || !this.corners) return;
      this.corners[this.drag] = place(event).map((v, k) => inside(v + this.grip[k]));
    });
    for (const over of ["pointerup", "pointercancel"]) canvas.addEventListener(over, () => { this.drag = -1; });
  }

  suggested() {
    // Corners to begin with: those of whoever is seen from behind, or of a back in the middle.
    const she = this.state.she || [], pair = (one, other) => [she[one], she[other]].sort((p, q) => p[0] - q[0]);
    if ([SHOULDER_L, SHOULDER_R, HIP_L, HIP_R].every((i) => she[i])) {
      const [left, right] = pair(SHOULDER_L, SHOULDER_R), [hipLeft, hipRight] = pair(HIP_L, HIP_R);
      if (right[0] - left[0] > 0.06) return [left, right, hipRight, hipLeft].map((p) => p.map(inside));
    }
    return [[0.4, 0.4], [0.6, 0.4], [0.57, 0.72], [0.43, 0.72]];
  }

  leave() { this.corners = null; this.image = null; this.send({ do: "still", on: false }); }

  choose(look) {
    // The camera's picture is sent only while it is looked at.
    if ((look === "picture") !== (this.look === "picture")) this.send({ do: "picture", on: look === "picture" });
    this.look = look;
    if (look !== "picture") this.image = null;
    this.$("picture").checked = look === "picture";
    for (const choice of this.root.querySelectorAll("[name=look]")) choice.checked = choice.value === look;
    this.drawSoon();
  }

  focused() {
    let active = document.activeElement;
    while (active && active.shadowRoot && active.shadowRoot.activeElement) active = active.shadowRoot.activeElement;
    return active ? active.tagName : "";
  }

  nudge(event) {
    const step = { ArrowLeft: [-0.01, 0], ArrowRight: [0.01, 0], ArrowUp: [0, -0.01], ArrowDown: [0, 0.01] }[event.key];
    if (event.key === "Escape") { this.leave(); return; }
    if (/^[1-4]$/.test(event.key)) this.chosen = Number(event.key) - 1;
    if (!step) return;
    event.preventDefault();
    this.corners[this.chosen] = this.corners[this.chosen].map((v, k) => inside(v + step[k]));
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
    // Two of these run, the second one asks for what comes after the first one's answer: with one alone, whatever is
    // seen while its answer travels and its next question goes out would never be shown.
    while (!this.stopped) {
      let after = this.serial;
      while (this.asked.has(after)) after++;
      this.asked.add(after);
      try {
        const answer = await this.ask(`/live/state?after=${after}`);
        if (answer.status === 410) { this.end("gone"); return; }
        if (!answer.ok) throw new Error(String(answer.status));
        const state = await answer.json();
        if (state.serial <= this.serial || this.stopped) continue;
        this.serial = state.serial;
        this.take(state);
      } catch {
        this.banner(this.say("server_away"));
        this.state.camera_on = false;
        this.light();
        await pause(700);
      } finally { this.asked.delete(after); }
    }
  }

  async pictures() {
    let after = 0;
    while (!this.stopped) {
      const wanted = this.look === "picture" || (this.corners && !this.image);
      if (!wanted || !["setup", "round"].includes(this.state.phase)) { await pause(150); continue; }
      try {
        const answer = await this.ask(`/live/frame?after=${after}`);
        if (answer.status !== 200) { await pause(60); continue; }
        after = Number(answer.headers.get("X-Frame"));
        const image = await createImageBitmap(await answer.blob());
        if (this.image) this.image.close();
        this.image = this.look === "picture" || this.corners ? image : null;
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
        this.light();
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
    this.light();
  }
  light() {
    // A camera's light that shines means that the page says so.
    const on = this.data.films ? Boolean(this.stream) : this.state.camera_on;
    this.$("camera").textContent = on ? this.say("camera_on") : "";
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
      this.trails = this.trails.map((trail) => trail.filter(([at]) => now - at < TRAIL_MS));
      this.$("tempo").textContent = state.tempo === null ? "–" : String(Math.round(state.tempo));
      const left = Math.max(0, Math.ceil(state.total - state.elapsed));
      this.$("time").textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
      const done = state.turns.flat();
      this.$("covered").textContent = `${Math.round(100 * done.filter((x) => x >= 0.5).length / done.length)} %`;
    }
    this.light();
    this.banner(state.trouble ? this.say(this.local || state.trouble)
      : state.busy && !this.corners ? this.say("busy_" + state.busy)
      : state.gone > 0 ? this.say("gone").replace("{seconds}", String(Math.ceil(5 * (1 - state.gone))))
      : this.next(state));
    window.liveCounts = { grabbed: state.grabbed, dropped: state.dropped };
    this.drawSoon();
    if (state.phase === "after" || state.phase === "closed") this.end(state.phase);
  }

  next(state) {
    // What is to be done next in the set-up, to be read from two metres away.
    if (state.phase !== "setup" || this.corners) return "";
    const checks = state.checks || [];
    if (checks.some((check) => check.id === "camera" && check.sentence === "wait")) return this.say("opening");
    const due = checks.find((check) => check.colour === "red")
      || checks.find((check) => ["back", "hands"].includes(check.id) && check.colour === "amber" && check.sentence !== "wait");
    return due ? this.say(due.sentence) : state.ready ? this.say("rest_hint") : "";
  }

  setup(state) {
    const list = this.$("checks");
    list.replaceChildren(...(state.checks || []).map((check) => {
      const row = document.createElement("li");
      const waits = check.sentence === "wait";  // nothing is wrong
      row.className = waits ? "waits" : check.colour;
      const mark = document.createElement("span");
      mark.className = "mark"; mark.setAttribute("aria-hidden", "true");
      mark.textContent = waits ? "…" : { green: "✓", amber: "!", red: "✕" }[check.colour];
      const name = document.createElement("b"); name.textContent = this.say("check_" + check.id);
      const text = document.createElement("span"); text.textContent = this.say((check.id === "camera" && check.colour === "red" && this.local) || check.sentence);
      row.append(mark, name, text);
      return row;
    }));
    this.$("start").disabled = !state.ready;
    this.$("mute").textContent = this.sound.voice() ? "" : this.say("no_voice");
    this.$("hint").textContent = this.say(this.corners ? "corners_hint" : state.ready ? "start_hint" : "wait_hint");
  }

  hear(item) {
    const text = this.say(item.id).replace(/:[^:]*\{seconds\}.*/, ".");
    const cue = this.data.cues[item.id];
    if (item.kind === "cue" && cue) {
      const [ground, ink, path] = KINDS[cue.kind];
      const box = this.$("cue");
      box.style.background = ground; box.style.color = ink;
      const icon = box.querySelector("path");
      icon.setAttribute("d", ICONS[item.id] || path); icon.setAttribute("fill", ink);
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
    this.stage.draw({ state: this.state, image: this.image, corners: this.corners, chosen: this.chosen, look: this.look,
                      trails: this.trails });
    this.ring();
    const captured = this.state.captured_ms;
    if (captured && captured !== this.drawn) {
      this.drawn = captured;
      this.shown.push([Date.now(), Date.now() - captured]);
      if (this.shown.length > 2000) this.shown.shift();
    }
  }

  ring() {
    const s = this.state;
    if (!s.total) return;
    const length = 2 * Math.PI * 44;
    this.$("ring").setAttribute("stroke-dasharray", `${Math.min(1, s.elapsed / s.total) * length} ${length}`);
  }
}

const inside = (share) => Math.min(1, Math.max(0, share));
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
