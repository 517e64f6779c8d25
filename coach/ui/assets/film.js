// A video that only this page can open: fetched with the visit's pass, held in memory, let go with the page.
class Film { // eslint-disable-line no-unused-vars
  constructor(box, video) {
    this.box = box; this.video = video; this.sha = null; this.address = null;
    video.muted = true;
  }

  get there() { return this.address !== null && this.video.readyState > 0; }

  async show(film, ready) { // film: {sha, url, header, pass, title, over} or null
    const sha = film ? film.sha : null;
    if (sha === this.sha) return;
    this.drop();
    this.sha = sha;
    if (!film) return;
    let data = null;
    try {
      const answer = await fetch(film.url, { cache: "no-store", headers: { [film.header]: film.pass } });
      if (answer.ok) data = await answer.blob();
    } catch { /* the program is away: as if there were none */ }
    if (data === null || this.sha !== sha) return;
    this.address = URL.createObjectURL(data);
    this.video.onloadedmetadata = () => { this.box.hidden = false; ready(); };
    this.video.src = this.address;
  }

  drop() { // nothing of it stays in this page
    this.box.hidden = true;
    this.sha = null;
    this.video.pause();
    this.video.removeAttribute("src");
    this.video.load();
    if (this.address) URL.revokeObjectURL(this.address);
    this.address = null;
  }

  follow(t, playing, speed) { // another clock leads; small differences are run in, large ones jumped over
    const { video } = this;
    if (!this.there) return;
    const over = t >= video.duration;
    this.box.classList.toggle("over", over);
    const to = Math.max(0, Math.min(t, video.duration - 0.02));
    const ahead = video.currentTime - to;
    if (playing && !over) {
      if (Math.abs(ahead) > 0.3) { if (!video.seeking) video.currentTime = to; }
      video.playbackRate = speed * Math.min(Math.max(1 - ahead, 0.8), 1.2);
      if (video.paused) video.play().catch(() => {});
    } else {
      if (!video.paused) video.pause();
      if (Math.abs(ahead) > 0.01 && !video.seeking) video.currentTime = to;
    }
  }
}
