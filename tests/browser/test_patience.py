"""What these tests press: while a page changes, the old one's button stands beside the new one's for a moment."""

from __future__ import annotations

from serving import IN_CHROMIUM

pytestmark = IN_CHROMIUM

CHANGING = """
<div data-testid="stApp"><button onclick="window.pressed = true">Go on</button><button disabled>Go on</button></div>
<script>setTimeout(() => document.querySelector("[disabled]").remove(), 800)</script>
"""


def test_a_button_that_is_there_twice_for_a_moment_is_pressed_once_the_old_one_is_gone(browser):
    page = browser.new_page()
    page.set_content(CHANGING)
    page.get_by_role("button", name="Go on").click(timeout=5_000)
    assert page.evaluate("window.pressed")


UNFOLDING = """
<div data-testid="stApp"><div data-testid="stExpander">
  <button id="a">Unfold</button><button id="b">Go on</button>
</div></div>
<script>
  a.onclick = () => a.parentElement.animate({ height: ["20px", "90px"] }, { duration: 900 });
  b.onclick = () => { window.moving = document.getAnimations().length; };
</script>
"""


def test_what_lies_in_a_box_is_pressed_once_it_is_unfolded(browser):
    page = browser.new_page()
    page.set_content(UNFOLDING)
    page.get_by_role("button", name="Unfold").click()
    page.get_by_role("button", name="Go on").click()
    assert page.evaluate("window.moving") == 0
