"""A drawing of where laptop, chair, table and the two people go, seen from above."""

from __future__ import annotations

import base64
import html

from coach import palette
from coach.export.words import Words
from coach.i18n import N_

STYLE = f"""<style>
.mc-flags {{ columns: 2; column-gap: 2.5rem; font-size: 1.15rem; line-height: 1.4;
  padding-left: 1.2rem; margin: .4rem 0 1rem; }}
.mc-flags li {{ margin-bottom: .45rem; break-inside: avoid; }}
.mc-flags li::marker {{ color: {palette.RIGHT}; }}
@media (max-width: 700px) {{ .mc-flags {{ columns: 1; }} }}
</style>"""


def drawing(say: Words) -> str:
    """The drawing as HTML, with its words in the language of `say`.

    An image and not the SVG itself, which Streamlit would take out of the page.
    """

    def text(x: int, y: int, words: str, colour: str = palette.INK) -> str:
        return (
            f'<text x="{x}" y="{y}" text-anchor="middle" font-size="22" fill="{colour}">'
            f"{html.escape(words)}</text>"
        )

    seat = f'fill="{palette.SKIN}" stroke="{palette.FAINT}" stroke-width="2"'
    laptop, table = say(N_("Laptop, camera at shoulder height")), say(N_("Table to lean on"))
    apart, steps = say(N_("about 1.5 m")), say(N_("He sits beside her, so that the camera sees her back."))
    mother, partner = say(N_("Mother")), say(N_("Partner"))
    svg = f"""
<svg xmlns="http://www.w3.org/2000/svg" viewBox="90 20 500 388"
  font-family="Noto Sans, DejaVu Sans, Arial, sans-serif">
 <rect x="170" y="28" width="260" height="58" rx="8" {seat}/>{text(300, 65, table, palette.MUTED)}
 <circle cx="300" cy="146" r="62" {seat}/>
 <ellipse cx="300" cy="146" rx="55" ry="24" fill="{palette.LEFT}" fill-opacity=".22"/>
 <circle cx="300" cy="128" r="20" fill="{palette.LEFT}" fill-opacity=".5"/>
 {text(420, 152, mother)}
 <ellipse cx="172" cy="196" rx="24" ry="44" transform="rotate(24 172 196)" fill="{palette.RIGHT}" fill-opacity=".22"/>
 <circle cx="178" cy="186" r="19" fill="{palette.RIGHT}" fill-opacity=".5"/>
 <path d="M196 178 C 230 186 250 180 278 166 M184 208 C 220 216 280 200 316 168" fill="none"
   stroke="{palette.RIGHT}" stroke-opacity=".6" stroke-width="9" stroke-linecap="round"/>
 {text(165, 274, partner)}
 <path d="M300 338 L 205 96 M300 338 L 395 96" stroke="{palette.ACCENT}" stroke-width="2"
   stroke-dasharray="6 7" opacity=".55"/>
 <path d="M418 330 V170 M411 330 H425 M411 170 H425" stroke="{palette.MUTED}" stroke-width="2" fill="none"/>
 {text(510, 256, apart, palette.MUTED)}
 <rect x="250" y="336" width="100" height="14" rx="4" fill="{palette.INK}"/>
 <rect x="262" y="350" width="76" height="24" rx="4" fill="{palette.FAINT}"/>
 {text(300, 400, laptop)}
</svg>"""
    told = f"{laptop}, {apart}. {mother}: {table}. {partner}."
    data = base64.b64encode(svg.encode()).decode()
    style = "width:100%;max-height:20rem;margin-bottom:.6rem"
    return (
        f'<img alt="{html.escape(told)}" style="{style}" src="data:image/svg+xml;base64,{data}">'
        f'<p class="mc-quiet">{html.escape(steps)}</p>'
    )
