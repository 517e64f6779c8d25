// What is drawn in a live practice: two people as figures, the back alone, or the camera's picture with marks on it.
const HANDS = ["#0072B2", "#D55E00"];
const INK = "#22333B", MUTED = "#5B6A70", FAINT = "#C9D2D4", SKIN = "#F6F1EA", ACCENT = "#0B6E6E", DONE = "#BFDCCB";
const ROOM = "#E9EEEE", BODY = "#B4C3C9", BONE = "#6F858D", SLEEVE = ["#9CC3DC", "#EDBD9A"];
const TRAIL_MS = 2500;
// Points of a figure and of a hand, in the order in which coach/live/figures.py gives them.
const [EAR_L, EAR_R, SHOULDER_L, SHOULDER_R, ELBOW_L, ELBOW_R, WRIST_L, WRIST_R, HIP_L, HIP_R] = Array(10).keys();
const BONES = [[SHOULDER_L, SHOULDER_R], [SHOULDER_L, HIP_L], [SHOULDER_R, HIP_R], [HIP_L, HIP_R],
               [SHOULDER_L, ELBOW_L], [ELBOW_L, WRIST_L], [SHOULDER_R, ELBOW_R], [ELBOW_R, WRIST_R]];
const ARMS = [[SHOULDER_L, ELBOW_L, WRIST_L], [SHOULDER_R, ELBOW_R, WRIST_R]];
const [WRIST, THUMB_BASE, THUMB_JOINT, THUMB_TIP, KNUCKLE_1, KNUCKLE_2, KNUCKLE_4] = Array(7).keys();
// The back's grid, as there: rows along the spine from u = -0.2 to 1, columns across it from -10 to 10 cm.
const GRID = { rows: 13, columns: 5, u: [-0.2, 1.0], v: [-10, 10] };

const middle = (a, b) => (a && b ? [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2] : a || b || null);
const far = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);

class Stage {
  constructor(canvas, data) { this.canvas = canvas; this.data = data; this.aspect = 4 / 3; this.focus = null; }

  draw({ state, image, corners, chosen, look, trails }) {
    const canvas = this.canvas, box = canvas.getBoundingClientRect(), scale = Math.min(2, window.devicePixelRatio || 1);
    const width = Math.round(box.width * scale), height = Math.round(box.height * scale);
    if (width && (canvas.width !== width || canvas.height !== height)) { canvas.width = width; canvas.height = height; }
    const pen = (this.pen = canvas.getContext("2d"));
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.lineJoin = pen.lineCap = "round";
    if (state.phase === "setup") this.setUp(state, image, corners, chosen);
    else if (look === "back") this.drawnBack(state, trails);
    else this.round(state, look === "picture" ? image : null, look, trails);
  }

  // --- where things lie on the canvas ---------------------------------------------------------------

  box(state) {
    // The camera's picture: whole while the place is set up, closer about the back in a round.
    const canvas = this.canvas, aspect = (this.aspect = state.aspect || this.aspect);
    const whole = Math.min(canvas.width / aspect, canvas.height);
    if (state.phase === "setup" || !this.focus) {
      return { x: (canvas.width - whole * aspect) / 2, y: (canvas.height - whole) / 2, w: whole * aspect, h: whole };
    }
    const f = this.focus, h = Math.max(whole, canvas.height / (1.5 * f.tall)), w = h * aspect;
    const held = (at, size, room) => (size >= room ? Math.min(0, Math.max(room - size, at)) : (room - size) / 2);
    return { x: held(canvas.width / 2 - f.x * w, w, canvas.width), y: held(canvas.height / 2 - f.y * h, h, canvas.height), w, h };
  }

  follow(state) {
    // She hardly moves: the view moves with her slowly, or the picture would shake.
    const ys = state.outline.map((p) => p[1]), xs = state.outline.map((p) => p[0]);
    const low = Math.min(...ys), tall = Math.max(...ys) - low;
    const seen = { x: (Math.min(...xs) + Math.max(...xs)) / 2, y: low + 0.38 * tall, tall };
    const f = (this.focus = this.focus || seen);
    for (const key of ["x", "y", "tall"]) f[key] += 0.05 * (seen[key] - f[key]);
  }

  inPicture(state) { const b = this.box(state); return (p) => [b.x + p[0] * b.w, b.y + p[1] * b.h]; }

  onBack(state) {
    // From (v in cm, u in cm) to the canvas, by the grid; linear beyond its rim.
    const at = this.inPicture(state), cm = this.data.back.length;
    return ([v, down]) => {
      const i = ((down / cm - GRID.u[0]) / (GRID.u[1] - GRID.u[0])) * (GRID.rows - 1);
      const j = ((v - GRID.v[0]) / (GRID.v[1] - GRID.v[0])) * (GRID.columns - 1);
      const a = Math.min(GRID.rows - 2, Math.max(0, Math.floor(i))), b = Math.min(GRID.columns - 2, Math.max(0, Math.floor(j)));
      const s = i - a, t = j - b, knot = (row, column) => state.grid[row * GRID.columns + column];
      const mix = (k) => (1 - s) * ((1 - t) * knot(a, b)[k] + t * knot(a, b + 1)[k]) + s * ((1 - t) * knot(a + 1, b)[k] + t * knot(a + 1, b + 1)[k]);
      return at([mix(0), mix(1)]);
    };
  }

  // --- the three views, and the set-up ---------------------------------------------------------------

  setUp(state, image, corners, chosen) {
    const pen = this.pen, b = this.box(state), at = this.inPicture(state), unit = b.w / 100;
    this.focus = null;
    pen.fillStyle = ROOM; pen.fillRect(b.x, b.y, b.w, b.h);
    if (image) pen.drawImage(image, b.x, b.y, b.w, b.h);
    if (corners) { this.corners(corners, at, unit, chosen); return; }
    if (state.she) this.person(state.she, at, Boolean(image));
    if (state.outline) {
      this.line(state.outline.map(at), ACCENT, 0.5 * unit, "rgba(11,110,110,.14)");
      const cm = this.data.back.length, on = this.onBack(state);
      this.line([0, 0.25, 0.5, 0.75, 1].map((u) => on([0, u * cm])), ACCENT, 0.4 * unit);
      (state.hands || []).forEach((hand, side) => hand && this.hand(hand, side, at, Boolean(image)));
      if (state.rest > 0) this.waiting(on([0, 0]), 9 * unit, 2 * unit, state.rest);
    } else if (state.she && state.alone > 0) {
      this.waiting(at(middle(state.she[SHOULDER_L], state.she[HIP_R])), 7 * unit, 1.6 * unit, state.alone);
    }
  }

  round(now, image, look, trails) {
    // While the camera is away, people stay where they were.
    if (now.grid) { this.follow(now); this.people = { she: now.she, outline: now.outline, grid: now.grid }; }
    const pen = this.pen, state = { ...this.people, ...now };
    const b = this.box(state), at = this.inPicture(state);
    pen.fillStyle = ROOM; pen.fillRect(0, 0, this.canvas.width, this.canvas.height);
    if (image) pen.drawImage(image, b.x, b.y, b.w, b.h);
    if (!state.grid) return;
    const on = this.onBack(state), k = far(on([0, 0]), on([0, 10])) / 10;
    if (look === "figures") {
      this.person(state.she, at, false);
      this.line(state.outline.map(at), "#D9CDBD", 0.25 * k, SKIN);
    } else {
      this.line(state.outline.map(at), "#fff", 0.3 * k);
    }
    this.levels(state, on, k, look === "picture");
    if (look === "figures") {
      pen.globalAlpha = 0.6;  // what has been massaged shows through the hands
      (state.hands || []).forEach((hand, side) => hand && this.hand(hand, side, at, false));
      pen.globalAlpha = 1;
    }
    this.target(state, on, k);
    this.thumbs(trails, on, k);
  }

  drawnBack(state, trails) {
    const back = this.data.back, canvas = this.canvas;
    const top = -0.2 * back.length, bottom = 0.62 * back.length, half = 0.42 * back.length;
    const k = Math.min(canvas.height / (bottom - top), canvas.width / (2 * half));
    const on = ([v, down]) => [canvas.width / 2 + v * k, (down - top) * k];
    this.line(back.outline.map(on), FAINT, 0.25 * k, SKIN);
    for (const blade of back.blades) this.line(blade.map(on), FAINT, 0.25 * k);
    this.levels(state, on, k, false);
    this.target(state, on, k);
    this.thumbs(trails, on, k);
  }

  // --- parts ------------------------------------------------------------------------------------------

  line(points, colour, width, fill) {
    const pen = this.pen, known = points.filter(Boolean);
    if (known.length < 2) return;
    pen.beginPath(); known.forEach((p, i) => pen[i ? "lineTo" : "moveTo"](...p));
    if (fill) { pen.closePath(); pen.fillStyle = fill; pen.fill(); }
    if (width) { pen.strokeStyle = colour; pen.lineWidth = width; pen.stroke(); }
  }

  waiting(at, radius, width, share) {
    const pen = this.pen;
    pen.beginPath(); pen.arc(...at, radius, -Math.PI / 2, -Math.PI / 2 + 2 * Math.PI * share);
    pen.strokeStyle = ACCENT; pen.lineWidth = width; pen.stroke();
  }

  corners(corners, at, unit, chosen) {
    const pen = this.pen;
    this.line([...corners, corners[0]].map(at), ACCENT, 0.6 * unit, "rgba(11,110,110,.18)");
    corners.forEach((p, i) => {
      pen.beginPath(); pen.arc(...at(p), 2.6 * unit, 0, 7); pen.fillStyle = ACCENT; pen.fill();
      if (i === chosen) { pen.strokeStyle = "#fff"; pen.lineWidth = 0.7 * unit; pen.stroke(); }
      pen.fillStyle = "#fff"; pen.font = `600 ${3 * unit}px sans-serif`; pen.textAlign = "center"; pen.textBaseline = "middle";
      pen.fillText(String(i + 1), ...at(p));
    });
  }

  person(figure, at, bonesOnly) {
    // A silhouette of round limbs, and the bones in it.
    const pen = this.pen, p = figure.map((point) => point && at(point));
    const shoulders = middle(p[SHOULDER_L], p[SHOULDER_R]), hips = middle(p[HIP_L], p[HIP_R]);
    const trunk = far(shoulders, hips), up = [(shoulders[0] - hips[0]) / trunk, (shoulders[1] - hips[1]) / trunk];
    const ears = middle(p[EAR_L], p[EAR_R]);
    const head = ears || [shoulders[0] + 0.42 * trunk * up[0], shoulders[1] + 0.42 * trunk * up[1]];
    if (!bonesOnly) {
      const torso = [SHOULDER_L, SHOULDER_R, HIP_R, HIP_L, SHOULDER_L].map((i) => p[i]);
      this.line(torso, BODY, 0.3 * trunk, BODY);
      for (const arm of ARMS) this.line(arm.map((i) => p[i]), BODY, 0.2 * trunk);
      this.line([shoulders, head], BODY, 0.22 * trunk);
      pen.beginPath(); pen.ellipse(...head, 0.19 * trunk, 0.24 * trunk, Math.atan2(up[0], -up[1]), 0, 7); pen.fillStyle = BODY; pen.fill();
    }
    for (const [i, j] of BONES) if (p[i] && p[j]) this.line([p[i], p[j]], BONE, 0.022 * trunk);
    this.line([shoulders, head], BONE, 0.022 * trunk);
    pen.fillStyle = BONE;
    for (const joint of p.slice(SHOULDER_L)) if (joint) { pen.beginPath(); pen.arc(...joint, 0.03 * trunk, 0, 7); pen.fill(); }
  }

  hand(hand, side, at, bonesOnly) {
    // A forearm that fades away from the wrist, the back of the hand, and the thumb.
    const pen = this.pen, p = hand.map((point) => at(point)), wrist = p[WRIST], size = far(wrist, p[KNUCKLE_2]) || 1;
    const thumb = [THUMB_BASE, THUMB_JOINT, THUMB_TIP].map((i) => p[i]);
    if (!bonesOnly) {
      const reach = [wrist[0] + 2.6 * (wrist[0] - p[KNUCKLE_2][0]), wrist[1] + 2.6 * (wrist[1] - p[KNUCKLE_2][1])];
      const fade = pen.createLinearGradient(...wrist, ...reach);
      fade.addColorStop(0, SLEEVE[side]); fade.addColorStop(1, SLEEVE[side] + "00");
      this.line([wrist, reach], fade, 0.55 * size);
      this.line([wrist, p[KNUCKLE_1], p[KNUCKLE_2], p[KNUCKLE_4], wrist], SLEEVE[side], 0.42 * size, SLEEVE[side]);
      this.line([wrist, ...thumb], SLEEVE[side], 0.3 * size);
    }
    this.line([wrist, ...thumb], HANDS[side], 0.07 * size);
    for (const knuckle of [KNUCKLE_1, KNUCKLE_2, KNUCKLE_4]) this.line([wrist, p[knuckle]], HANDS[side], 0.07 * size);
  }

  levels(state, on, k, seeThrough) {
    // What has been massaged: filled level by level on both sides of the spine, which is kept free.
    const pen = this.pen, cm = this.data.back.length, end = this.data.back.end_u * cm, rows = state.turns ? state.turns[0].length : 0;
    this.line([[-0.5, 0], [0.5, 0], [0.5, 0.62 * cm], [-0.5, 0.62 * cm]].map(on), null, 0, seeThrough ? "rgba(255,255,255,.35)" : "#E9DED0");
    for (let side = 0; side < 2; side++) for (let row = 0; row < rows; row++) {
      const done = state.turns[side][row] >= 0.5, top = (row * end) / rows + 0.2, bottom = ((row + 1) * end) / rows - 0.2;
      const [inner, outer] = side ? [1.3, 5.7] : [-1.3, -5.7];
      pen.globalAlpha = seeThrough ? 0.55 : 1;
      const fill = done ? DONE : seeThrough ? null : "#FFFFFF", rim = done ? "#8DBFA2" : seeThrough ? "#FFFFFF" : FAINT;
      this.line([[inner, top], [outer, top], [outer, bottom], [inner, bottom], [inner, top]].map(on), rim, 0.16 * k, fill);
      pen.globalAlpha = 1;
    }
  }

  target(state, on, k) {
    // Where the reference's thumbs go: down both sides; a guided round shows them going.
    if (this.data.mode === "test") return;
    const pen = this.pen, back = this.data.back, start = back.start_u * back.length, end = back.end_u * back.length;
    for (const side of [-1, 1]) {
      const v = side * back.offset_cm;
      pen.setLineDash([0.9 * k, 0.8 * k]);
      this.line([0, 0.25, 0.5, 0.75, 1].map((s) => on([v, start + s * (end - start)])), MUTED, 0.22 * k);
      pen.setLineDash([]);
      this.line([[v - 0.7, end - 0.9], [v, end], [v + 0.7, end - 0.9]].map(on), MUTED, 0.28 * k);
    }
    if (this.data.mode !== "guided" || state.phase !== "round") return;
    const t = state.elapsed || 0, pass = back.pass_s + 2, share = Math.min(1, (t % pass) / back.pass_s);
    const turn = (2 * Math.PI * back.tempo_cpm) / 60 * t, down = start + share * (end - start);
    for (const side of [-1, 1]) {
      pen.beginPath(); pen.arc(...on([side * (back.offset_cm + 1.3 * Math.cos(turn)), down + 1.3 * Math.sin(turn)]), 0.9 * k, 0, 7);
      pen.fillStyle = "rgba(255,255,255,.7)"; pen.fill(); pen.strokeStyle = INK; pen.lineWidth = 0.25 * k; pen.stroke();
    }
  }

  thumbs(trails, on, k) {
    const pen = this.pen, cm = this.data.back.length, now = performance.now(), place = (p) => on([p[1], p[0] * cm]);
    trails.forEach((trail, hand) => {
      for (let i = 1; i < trail.length; i++) {
        const [a, p] = trail[i - 1], [, q] = trail[i];
        if (!p || !q) continue;
        pen.globalAlpha = Math.max(0.05, 1 - (now - a) / TRAIL_MS);
        this.line([place(p), place(q)], HANDS[hand], 0.5 * k);
      }
      pen.globalAlpha = 1;
      const last = trail.length ? trail[trail.length - 1][1] : null;
      if (last) this.dot(place(last), hand, 0.85 * k);
    });
  }

  dot([x, y], hand, r) {
    const pen = this.pen;
    pen.beginPath();
    if (hand === 0) pen.arc(x, y, r, 0, 7); else pen.rect(x - r, y - r, 2 * r, 2 * r);
    pen.fillStyle = HANDS[hand]; pen.fill(); pen.lineWidth = r / 4; pen.strokeStyle = "#fff"; pen.stroke();
  }
}
