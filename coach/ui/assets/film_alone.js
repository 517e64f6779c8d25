// The video of a practice whose movement was not kept: nothing leads it but its own buttons.
export default function ({ parentElement, data }) {
  const box = parentElement.querySelector(".film");
  if (!box.film) box.film = new Film(box, box.querySelector("video"));
  box.film.show(data.film, () => {});
  return () => setTimeout(() => { if (!box.isConnected) box.film.drop(); });
}
