// A new step begins at its heading: on a small screen the button of the last step was far below it.
export default function ({ data, parentElement }) {
  const before = parentElement.stepShown;
  parentElement.stepShown = data.step;
  const page = document.querySelector('[data-testid="stMain"]');
  if (before !== undefined && before !== data.step && page) page.scrollTo(0, 0);
}
