"""What a deck wears of its study: colours and a logo, as the notebook gave them, and nothing that is neither."""

from __future__ import annotations

from dataclasses import dataclass, field

from ledanalysis.errors import InputError
from ledanalysis.logo import SHOWN
from ledanalysis.palette import COLOURS, HEXADECIMAL


@dataclass(frozen=True)
class HouseStyle:
    """Colours by name of the palette, the logo as a data URI and the logo's words; empty: the house's own."""

    colours: dict[str, str] = field(default_factory=dict)
    logo: str = ""
    logo_alt: str = ""

    @property
    def css(self) -> str:
        """Colours and logo as custom properties of the page.

        Examples
        --------
        >>> HouseStyle({"accent": "#123456"}).css
        ':root { --accent: #123456; }'
        """
        given = " ".join(f"--{name.replace('_', '-')}: {value};" for name, value in self.colours.items())
        given += f" --logo: url({self.logo});" if self.logo else ""
        return f":root {{ {given} }}" if given else ""


def read_style(said: dict, file=None) -> HouseStyle:
    """The style in a notebook's words about its deck.

    Raises
    ------
    InputError
        A colour that is none, or a logo that is no picture: they would be markup in the page.
    """
    colours = {str(name): str(value) for name, value in (said.get("colours") or {}).items()}
    for name, value in colours.items():
        if name not in COLOURS or not HEXADECIMAL.fullmatch(value):
            raise InputError("not a colour of the deck", file=file, column=name, value=value, allowed="#rrggbb")
    logo = str(said.get("logo") or "")
    if logo and not SHOWN.fullmatch(logo):
        raise InputError("the deck's logo is no picture", file=file, value=logo[:60], allowed="a data URI of a PNG or SVG")
    return HouseStyle(colours, logo, str(said.get("logo_alt") or ""))
