"""Our own line icons, 20 by 20, in the colour of the text around them."""

from __future__ import annotations


def _drawn(paths: str) -> str:
    return (
        '<svg class="icon" viewBox="0 0 20 20" width="18" height="18" fill="none" stroke="currentColor" '
        f'stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{paths}</svg>'
    )


PLUS = _drawn('<path d="M10 4v12M4 10h12"/>')
MENU = _drawn('<path d="M3.5 6h13M3.5 10h13M3.5 14h9"/>')
SEND = _drawn('<path d="M10 16V4.5M5 9l5-5 5 5"/>')
CLOSE = _drawn('<path d="M5 5l10 10M15 5L5 15"/>')
COPY = _drawn('<rect x="7" y="7" width="9" height="9.5" rx="2"/><path d="M13 4.5H6A2.5 2.5 0 0 0 3.5 7v6"/>')
UNDO = _drawn('<path d="M7.5 4.5L4 8l3.5 3.5"/><path d="M4.5 8H12a4 4 0 0 1 0 8H8"/>')
CHECK = _drawn('<path d="M4.5 10.5l3.5 3.5 7.5-8"/>')
STOP = _drawn('<rect x="5.5" y="5.5" width="9" height="9" rx="1.5"/>')
AGAIN = _drawn('<path d="M15.5 8A6 6 0 1 0 16 11.5"/><path d="M16 4v4h-4"/>')
PERSON = _drawn('<circle cx="10" cy="7" r="3"/><path d="M4 16.5c1-3 3.3-4.3 6-4.3s5 1.3 6 4.3"/>')
MORE = _drawn('<path d="M6.5 8L10 4.5 13.5 8M6.5 12l3.5 3.5 3.5-3.5"/>')
BELL = _drawn('<path d="M5 8.5a5 5 0 0 1 10 0c0 4 1.5 5 1.5 5h-13s1.5-1 1.5-5"/><path d="M8.3 16.2a2 2 0 0 0 3.4 0"/>')
ARROW = _drawn('<path d="M4.5 10h11M11 5.5l4.5 4.5-4.5 4.5"/>')

# Rain that rises like a bar chart.
LOGO = (
    '<svg class="logo" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="28" height="28" '
    'role="img" aria-label="Rainmaker">'
    '<rect width="32" height="32" rx="9" fill="#0e6a6b"/>'
    '<g stroke="#fff" stroke-width="3" stroke-linecap="round">'
    '<path d="M9.2 22.5l.8-3.2" opacity=".6"/><path d="M14.4 22.5l1.7-6.8" opacity=".8"/>'
    '<path d="M19.8 22.5l3-12"/></g></svg>'
)
