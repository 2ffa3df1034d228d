"""Pictures drawn for the example: flat scenes in the colours of the product, no photographs of anybody."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from PIL import Image, ImageDraw

WIDTH, HEIGHT, OVERSAMPLING = 1600, 1000, 2
Point = tuple[float, float]


@dataclass(frozen=True)
class Mood:
    """The light of one scene, from sky to ground."""

    sky: tuple[str, str]
    sun: str
    hills: tuple[str, str, str]
    ground: str
    path: str
    leaf: tuple[str, str, str]


MORNING = Mood(("#cfe3dd", "#f6efe0"), "#fbe3b4", ("#a9cac2", "#7fb0a6", "#5c978d"), "#cfd9b4", "#efe6d2",
               ("#2c7a4b", "#3f8f5c", "#64ab78"))  # fmt: skip
NOON = Mood(("#a9d3d0", "#eaf1e6"), "#fff3cf", ("#8cc0b5", "#5ea396", "#3b857c"), "#bfd19b", "#f1e8d6",
            ("#1f6b45", "#2f8656", "#58a671"))  # fmt: skip
DUSK = Mood(("#e8b98f", "#f8e6cb"), "#f6d08a", ("#b9a58f", "#87907f", "#4f7a72"), "#c7bd8c", "#ecdcc0",
            ("#2b6144", "#467a50", "#7a9a5f"))  # fmt: skip
RAIN = Mood(("#b9c9c6", "#e3e8e2"), "#eef0ea", ("#9db5ae", "#7a9a93", "#587f78"), "#b3c19a", "#e3dccb",
            ("#28664a", "#3a7a58", "#62947a"))  # fmt: skip
MOODS = (MORNING, NOON, DUSK, RAIN)

INK, CREAM, TILE, SEAL, GLAZE, CLAY, WALL = (
    "#20282c", "#fbf5e8", "#4b5a5c", "#b23a2a", "#0b6e6e", "#9a5b1f", "#e9dcc5",
)  # fmt: skip
CLOTHES = ("#0b6e6e", "#b23a2a", "#9a5b1f", "#3f6f8f", "#d39b4a", "#5b7f55", "#7d5a72", "#2f4858")
SKIN, HAIR = "#e8c19a", "#2b2624"


def _mixed(one: str, other: str, share: float) -> tuple[int, int, int]:
    a, b = (tuple(int(text[i : i + 2], 16) for i in (1, 3, 5)) for text in (one, other))
    return tuple(round(x + (y - x) * share) for x, y in zip(a, b, strict=True))


class Canvas:
    """Draws in units of 1600 × 1000, twice as fine as it is saved."""

    def __init__(self, mood: Mood, seed: int) -> None:
        self.mood, self.chance = mood, random.Random(seed)
        self.image = Image.new("RGB", (WIDTH * OVERSAMPLING, HEIGHT * OVERSAMPLING))
        self.pen = ImageDraw.Draw(self.image)

    def polygon(self, points: Sequence[Point], fill: object) -> None:
        self.pen.polygon([(x * OVERSAMPLING, y * OVERSAMPLING) for x, y in points], fill=fill)

    def box(self, x: float, y: float, w: float, h: float, fill: object, radius: float = 0) -> None:
        corners = [x * OVERSAMPLING, y * OVERSAMPLING, (x + w) * OVERSAMPLING, (y + h) * OVERSAMPLING]
        self.pen.rounded_rectangle(corners, radius * OVERSAMPLING, fill=fill)

    def oval(self, x: float, y: float, rx: float, ry: float, fill: object) -> None:
        self.pen.ellipse([v * OVERSAMPLING for v in (x - rx, y - ry, x + rx, y + ry)], fill=fill)

    def line(self, points: Sequence[Point], fill: object, width: float) -> None:
        scaled = [(x * OVERSAMPLING, y * OVERSAMPLING) for x, y in points]
        self.pen.line(scaled, fill=fill, width=round(width * OVERSAMPLING), joint="curve")

    def gradient(self, top: float, bottom: float, first: str, last: str) -> None:
        for y in range(round(top * OVERSAMPLING), round(bottom * OVERSAMPLING)):
            share = (y / OVERSAMPLING - top) / (bottom - top)
            self.pen.line([(0, y), (WIDTH * OVERSAMPLING, y)], fill=_mixed(first, last, share))

    def save(self, path: Path, width: int) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        size = (width, width * HEIGHT // WIDTH)
        self.image.resize(size, Image.Resampling.LANCZOS).save(path, "JPEG", quality=84, optimize=True)

    # What several scenes share

    def landscape(self, horizon: float) -> None:
        mood = self.mood
        self.gradient(0, horizon + 40, *mood.sky)
        self.oval(self.chance.randrange(1080, 1380), max(120, horizon - 330), 74, 74, mood.sun)
        for layer, colour in enumerate(mood.hills):
            height = 150 - layer * 38
            points: list[Point] = [(0, horizon + 60)]
            for x in range(0, WIDTH + 1, 100):
                points.append((x, horizon - height * (0.55 + 0.45 * self.chance.random()) + layer * 14))
            self._smooth([*points, (WIDTH, horizon + 60)], colour)
        self.box(0, horizon + 30, WIDTH, HEIGHT - horizon, mood.ground)

    def _smooth(self, points: list[Point], fill: object) -> None:
        """A closed outline whose inner points are joined by soft curves."""
        curve = [points[0]]
        for (x0, y0), (x1, y1) in pairwise(points[1:-1]):
            for step in range(12):
                t = step / 12
                soft = t * t * (3 - 2 * t)
                curve.append((x0 + (x1 - x0) * t, y0 + (y1 - y0) * soft))
        self.polygon([*curve, points[-2], points[-1]], fill)

    def window(self, x: float, y: float, w: float, h: float) -> None:
        """A framed view of the trees outside."""
        outside = Canvas(self.mood, 9)
        outside.landscape(560)
        for at, size in ((420, 460), (1180, 380)):
            outside.tree(at, 900, size)
        view = outside.image.resize(
            (round(w * OVERSAMPLING), round(h * OVERSAMPLING)), Image.Resampling.LANCZOS
        )
        self.box(x - 12, y - 12, w + 24, h + 24, CLAY, 6)
        self.image.paste(view, (round(x * OVERSAMPLING), round(y * OVERSAMPLING)))
        self.box(x + w / 2 - 5, y, 10, h, CLAY)
        self.box(x, y + h / 2 - 5, w, 10, CLAY)

    def tree(self, x: float, y: float, size: float) -> None:
        self.box(x - size * 0.06, y - size * 0.5, size * 0.12, size * 0.5, "#6f5138")
        dark, middle, light = self.mood.leaf
        for dx, dy, r, colour in (
            (-0.22, -0.62, 0.3, dark),
            (0.24, -0.6, 0.28, dark),
            (0, -0.82, 0.36, middle),
        ):
            self.oval(x + dx * size, y + dy * size, r * size, r * size * 0.95, colour)
        self.oval(x - size * 0.1, y - size * 0.95, size * 0.15, size * 0.13, light)

    def bush(self, x: float, y: float, size: float) -> None:
        dark, middle, light = self.mood.leaf
        self.oval(x - size * 0.5, y, size * 0.55, size * 0.45, dark)
        self.oval(x + size * 0.4, y, size * 0.6, size * 0.5, middle)
        self.oval(x, y - size * 0.2, size * 0.45, size * 0.4, light)

    def person(self, x: float, y: float, size: float, *, seated: bool = False) -> None:
        """Stands (or sits) with the feet (or seat) at y."""
        shirt, height = self.chance.choice(CLOTHES), size * (0.72 if seated else 1.0)
        if not seated:
            self.box(x - size * 0.12, y - size * 0.42, size * 0.1, size * 0.42, "#3b4a50", size * 0.03)
            self.box(x + size * 0.02, y - size * 0.42, size * 0.1, size * 0.42, "#3b4a50", size * 0.03)
        top = y - height * 0.82
        bottom = y if seated else y - size * 0.36
        self.box(x - size * 0.19, top, size * 0.38, bottom - top, shirt, size * 0.14)
        self.oval(x, top - size * 0.1, size * 0.125, size * 0.14, SKIN)
        hair = self.chance.choice((HAIR, HAIR, "#6d6a66", "#b9b5ae"))
        self.pen.pieslice(
            [v * OVERSAMPLING for v in (x - size * 0.14, top - size * 0.27, x + size * 0.14, top + size * 0.01)],
            180, 360, fill=hair,
        )  # fmt: skip

    def house(self, x: float, base: float, w: float, h: float, wall: str = CREAM) -> None:
        """A Lingnan house: grey tiles between two gables shaped like the handles of a wok."""
        ear = w * 0.17
        for left in (x, x + w - ear):
            self.box(left - 7, base - h * 1.52, ear + 14, h, TILE, ear * 0.5 + 7)
            self.box(left, base - h * 1.46, ear, h, wall, ear * 0.5)
        self.box(x, base - h, w, h, wall)
        self.box(x, base - h * 0.16, w, h * 0.16, "#a9a79c")
        self.box(x + ear, base - h * 1.28, w - 2 * ear, h * 0.34, TILE)
        for step in range(1, 9):
            at = x + ear + (w - 2 * ear) * step / 9
            self.box(at, base - h * 1.26, 3, h * 0.31, "#5f6f70")
        self.box(x + ear - 4, base - h * 1.32, w - 2 * ear + 8, h * 0.06, SEAL)
        door = w * 0.15
        self.box(x + w * 0.52, base - h * 0.56, door, h * 0.56, CLAY)
        self.box(x + w * 0.52 + door * 0.44, base - h * 0.54, door * 0.1, h * 0.5, "#7c4715")
        for at in (0.14, 0.78):
            self.box(x + w * at, base - h * 0.62, w * 0.12, h * 0.22, "#7fa7a0")
            self.box(x + w * (at + 0.054), base - h * 0.62, w * 0.012, h * 0.22, wall)

    def block(self, x: float, base: float, w: float, floors: int, wall: str) -> None:
        """A walk-up building of the nineties, with balconies."""
        floor = 74
        self.box(x, base - floors * floor - 26, w, floors * floor + 26, wall)
        self.box(x - 10, base - floors * floor - 40, w + 20, 18, TILE)
        columns = max(2, round(w / 120))
        for level in range(floors):
            for column in range(columns):
                left = x + (column + 0.5) * w / columns - 34
                top = base - (level + 1) * floor + 8
                lit = self.chance.random() < 0.22
                self.box(left, top, 68, 40, "#f4d88f" if lit else "#86aaa6")
                self.box(left + 32, top, 4, 40, wall)
                self.box(left - 6, top + 40, 80, 8, "#b9b2a4")
                if self.chance.random() < 0.35:
                    self.bush(left + 34, top + 34, 18)


def village(canvas: Canvas) -> None:
    canvas.landscape(430)
    for x, size in ((60, 210), (1545, 250), (820, 170)):
        canvas.tree(x, 620, size)
    canvas.house(150, 640, 330, 180)
    canvas.house(560, 650, 300, 170, WALL)
    canvas.house(1000, 640, 380, 200)
    canvas.gradient(720, 1000, "#7db5ad", "#3f8d86")
    canvas.polygon([(0, 660), (1600, 640), (1600, 735), (0, 745)], canvas.mood.path)
    canvas.polygon([(0, 735), (1600, 727), (1600, 760), (0, 768)], "#b7b09f")
    for _ in range(46):
        x, y = canvas.chance.randrange(0, 1500), canvas.chance.randrange(785, 985)
        canvas.box(x, y, canvas.chance.randrange(60, 220), 5, "#a3d0c8" if y < 880 else "#5aa39b", 2)
    canvas.polygon([(960, 875), (1330, 875), (1280, 925), (1010, 925)], CLAY)  # a dragon boat at rest
    canvas.polygon([(1330, 875), (1395, 846), (1350, 900)], SEAL)
    canvas.box(970, 868, 350, 12, "#d39b4a", 4)
    for x in (90, 240, 520, 700, 930, 1450):
        canvas.bush(x, 735, canvas.chance.randrange(36, 60))
    for x in (420, 480, 900, 1440):
        canvas.person(x, 722, 96)


def garden(canvas: Canvas) -> None:
    canvas.landscape(360)
    canvas.house(1090, 520, 340, 170, WALL)
    for x, size in ((130, 260), (340, 190), (960, 200), (1530, 250)):
        canvas.tree(x, 520, size)
    for x in range(0, 1600, 46):
        canvas.box(x, 470, 14, 80, CREAM, 4)
    canvas.box(0, 492, 1600, 9, CREAM)
    canvas.box(0, 526, 1600, 9, CREAM)
    canvas.polygon([(660, 550), (940, 550), (1150, 1000), (450, 1000)], canvas.mood.path)
    for row, (top, depth) in enumerate(((575, 92), (692, 122), (842, 158))):
        grow = 1 + row * 0.34
        for side in (-1, 1):
            for column in range(3):
                near, width = 165 * grow + column * 268 * grow, 232 * grow
                left = 800 + near if side > 0 else 800 - near - width
                lean = side * depth * 0.42
                canvas.polygon([(left, top), (left + width, top), (left + width + lean, top + depth),
                                (left + lean, top + depth)], "#8a6238")  # fmt: skip
                _plot(canvas, left, top, width, depth, lean, grow)
    for x, y, size in ((735, 690, 105), (875, 800, 130)):
        canvas.person(x, y, size)


def _plot(
    canvas: Canvas, left: float, top: float, width: float, depth: float, lean: float, grow: float
) -> None:
    kind = canvas.chance.randrange(4)
    bloom = canvas.chance.choice((SEAL, "#e0a56a", "#f1c9c0", "#f6e4a8"))
    for line in range(3):
        share = (line + 0.55) / 3
        for plant in range(7):
            x = left + lean * share + width * (plant + 0.5) / 7
            y = top + depth * share
            size = (9 + 3 * (kind == 1)) * grow
            canvas.oval(x, y, size * 1.1, size, canvas.mood.leaf[(plant + line) % 3])
            if kind in (0, 2):
                canvas.oval(x, y - size * 0.8, size * 0.55, size * 0.5, bloom)
    post = left + lean + width * 0.12
    canvas.box(post, top + depth - 30 * grow, 5 * grow, 34 * grow, "#6f5138")
    canvas.box(post - 16 * grow, top + depth - 42 * grow, 38 * grow, 20 * grow, CREAM, 4)
    canvas.box(post - 9 * grow, top + depth - 34 * grow, 24 * grow, 3 * grow, GLAZE)


def banyan(canvas: Canvas) -> None:
    canvas.landscape(470)
    canvas.house(1180, 600, 310, 150)
    canvas.house(60, 600, 280, 140, WALL)
    canvas.polygon([(0, 700), (1600, 660), (1600, 1000), (0, 1000)], canvas.mood.path)
    canvas.oval(800, 815, 520, 90, "#d8cdb6")
    trunk = "#705844"
    canvas.polygon([(690, 800), (730, 430), (870, 430), (915, 800), (990, 830), (610, 830)], trunk)
    for dx, bend in ((-60, -190), (40, 230), (-10, -60), (60, 90)):
        canvas.line([(800 + dx * 0.4, 520), (800 + dx + bend * 0.5, 390), (800 + dx + bend, 290)], trunk, 46)
    dark, middle, light = canvas.mood.leaf
    for colour, count, spread, lift in ((dark, 46, 560, 60), (middle, 44, 500, 20), (light, 22, 420, -30)):
        for _ in range(count):
            x = 800 + spread * (canvas.chance.random() * 2 - 1)
            room = 1 - ((x - 800) / 620) ** 2
            y = 290 + lift + (canvas.chance.random() * 2 - 1) * 130 * room
            r = canvas.chance.randrange(46, 92) * (0.6 + 0.5 * room)
            canvas.oval(x, y, r, r * 0.72, colour)
    for _ in range(16):  # aerial roots
        x = canvas.chance.choice((canvas.chance.randrange(420, 690), canvas.chance.randrange(920, 1180)))
        canvas.line([(x, 400), (x + 6, canvas.chance.randrange(520, 660))], trunk, 4)
    for number in range(18):
        y = 470 + number * 19
        x = 760 + (number * 37) % 80
        canvas.line([(x, y), (x + 8, y + 26)], "#5d4836", 4)
    for x, y in ((330, 850), (620, 905), (1000, 905), (1290, 850)):
        canvas.box(x - 110, y, 220, 26, "#a9a79c", 8)
        canvas.box(x - 90, y + 26, 26, 34, "#8f8d83")
        canvas.box(x + 64, y + 26, 26, 34, "#8f8d83")
        for dx in (-62, 2, 64):
            if canvas.chance.random() < 0.85:
                canvas.person(x + dx, y + 4, 138, seated=True)
    canvas.person(800, 862, 160)


def meeting(canvas: Canvas) -> None:
    canvas.gradient(0, 720, "#f6efe0", "#efe4cf")
    canvas.box(0, 700, 1600, 300, "#c9a97c")
    for x in range(-200, 1700, 190):
        canvas.line([(x, 1000), (x + 160, 700)], "#bd9b6d", 3)
    canvas.box(0, 688, 1600, 16, "#b58f60")
    canvas.window(130, 140, 440, 300)
    canvas.box(730, 110, 700, 390, "#8d9a98", 12)
    canvas.box(744, 124, 672, 362, "#fdfbf5", 8)
    canvas.box(780, 152, 220, 14, GLAZE, 6)
    notes = ("#f6dd8e", "#cfe3dd", "#f1c9c0", "#e7e0cf")
    for row in range(3):
        for column in range(8):
            if canvas.chance.random() < 0.82:
                x, y = 782 + column * 78, 192 + row * 92
                canvas.box(x, y, 60, 64, canvas.chance.choice(notes), 3)
                for line in range(canvas.chance.randrange(1, 4)):
                    length = canvas.chance.randrange(22, 44)
                    canvas.box(x + 8, y + 14 + line * 14, length, 4, "#7a807c", 2)
    canvas.person(690, 760, 250)
    for x in (260, 430, 880, 1060, 1240, 1390):
        canvas.person(x, 775, 225, seated=True)
    canvas.oval(820, 830, 690, 120, "#7c4715")
    canvas.oval(820, 812, 690, 116, "#a8692c")
    canvas.oval(820, 808, 640, 98, "#b77a3b")
    for x, y in ((420, 800), (610, 840), (820, 780), (1010, 842), (1220, 800)):
        canvas.polygon([(x - 48, y - 14), (x + 40, y - 18), (x + 54, y + 18), (x - 40, y + 22)], CREAM)
        canvas.line([(x - 26, y - 4), (x + 28, y - 6)], "#9aa4a8", 4)
        canvas.line([(x - 22, y + 8), (x + 18, y + 7)], "#9aa4a8", 4)
    for x, y in ((520, 792), (920, 812), (1120, 795)):
        canvas.oval(x, y + 12, 22, 8, "#8a5524")
        canvas.box(x - 17, y - 18, 34, 32, "#e4f1ef", 6)
    for x in (300, 700, 1290):
        canvas.person(x, 1010, 260, seated=True)


def parking(canvas: Canvas) -> None:
    canvas.landscape(420)
    canvas.block(60, 690, 460, 6, "#e9dcc5")
    canvas.block(600, 690, 400, 7, "#dfe3d6")
    canvas.block(1090, 690, 470, 6, "#ecd9c4")
    for x in (30, 560, 1046, 1570):
        canvas.tree(x, 715, 210)
    canvas.box(0, 690, 1600, 60, "#c4c0b2")
    canvas.box(0, 745, 1600, 255, "#8c9492")
    for x in range(40, 1600, 260):
        canvas.polygon([(x, 760), (x + 8, 760), (x - 22, 905), (x - 34, 905)], CREAM)
    for number, x in enumerate((70, 330, 850, 1370)):
        _car(canvas, x, 830, CLOTHES[(number * 3) % 8])
    canvas.box(0, 930, 1600, 8, "#f4d88f")
    for x, size in ((640, 170), (735, 160), (1180, 165)):
        canvas.person(x, 900, size)
    canvas.box(672, 820, 44, 56, CREAM, 4)  # the sheet on which they count
    for line in range(3):
        canvas.box(680, 832 + line * 12, 26, 4, GLAZE)


def _car(canvas: Canvas, x: float, y: float, paint: str) -> None:
    canvas.oval(x + 90, y + 66, 104, 14, "#6f7775")
    canvas.box(x, y, 180, 56, paint, 20)
    canvas.polygon([(x + 26, y + 4), (x + 52, y - 44), (x + 132, y - 44), (x + 160, y + 4)], paint)
    canvas.polygon([(x + 40, y), (x + 60, y - 34), (x + 90, y - 34), (x + 90, y)], "#d5e5e2")
    canvas.polygon([(x + 98, y), (x + 98, y - 34), (x + 126, y - 34), (x + 146, y)], "#d5e5e2")
    for wheel in (42, 140):
        canvas.oval(x + wheel, y + 56, 22, 22, INK)
        canvas.oval(x + wheel, y + 56, 9, 9, "#b9b2a4")
    canvas.box(x + 164, y + 14, 14, 12, "#f6e4a8", 4)


def stairwell(canvas: Canvas) -> None:
    canvas.gradient(0, 760, "#f1e8d6", "#e6d8bd")
    canvas.box(0, 500, 1600, 260, "#bcd3c6")
    canvas.box(0, 494, 1600, 8, "#7fa79b")
    canvas.box(0, 760, 1600, 240, "#b9ab94")
    for x in range(0, 1600, 160):
        canvas.line([(x, 760), (x - 120, 1000)], "#a99a82", 3)
    canvas.line([(0, 870), (1600, 870)], "#a99a82", 3)
    for step in range(9):
        canvas.box(860 + step * 82, 700 - step * 66, 760, 66, "#d8cdb6" if step % 2 else "#cdc1a8")
        canvas.box(860 + step * 82, 700 - step * 66, 760, 9, "#efe6d2")
    canvas.line([(830, 560), (1600, -50)], CLAY, 20)
    for step in range(8):
        canvas.line([(850 + step * 95, 545 - step * 75), (850 + step * 95, 700 - step * 66)], CLAY, 8)
    canvas.window(132, 132, 306, 226)
    canvas.line([(620, 0), (620, 130)], INK, 5)
    canvas.polygon([(560, 190), (680, 190), (650, 130), (590, 130)], GLAZE)
    canvas.oval(620, 196, 40, 16, "#f6dd8e")
    canvas.box(150, 690, 520, 34, "#a8692c", 8)
    for x in (180, 610):
        canvas.box(x, 724, 28, 110, "#8a5524")
    for x in (250, 380):
        canvas.person(x, 700, 250, seated=True)
    canvas.box(740, 740, 90, 100, CLAY, 10)
    canvas.bush(785, 720, 70)
    canvas.box(520, 470, 110, 140, CREAM, 4)
    for line in range(5):
        canvas.box(536, 492 + line * 22, (70, 54, 78, 44, 62)[line], 6, "#8b938f", 3)
    canvas.oval(575, 476, 9, 9, SEAL)
    canvas.person(1010, 860, 300)


def lift(canvas: Canvas) -> None:
    canvas.landscape(500)
    canvas.block(430, 800, 720, 7, "#e9dcc5")
    canvas.box(1120, 180, 180, 620, "#5f8f8a")
    for level in range(8):
        canvas.box(1130, 190 + level * 76, 160, 66, "#b9d9d3" if level % 2 else "#cbe4df")
    canvas.box(1106, 160, 208, 24, TILE)
    canvas.box(1150, 498, 120, 62, "#f6e4a8", 4)
    canvas.person(1190, 558, 62)
    canvas.person(1232, 558, 60)
    for level in range(1, 7):
        canvas.box(1080, 800 - level * 74 - 12, 50, 12, "#9aa4a0")
    canvas.polygon([(0, 800), (1600, 790), (1600, 1000), (0, 1000)], canvas.mood.path)
    for x, size in ((150, 330), (330, 240), (1460, 300)):
        canvas.tree(x, 820, size)
    canvas.box(470, 830, 480, 44, "#a9a79c", 10)
    for x in range(510, 940, 62):
        canvas.bush(x, 826, 28)
    for x, size in ((1040, 170), (1120, 180), (1330, 160), (330, 170)):
        canvas.person(x, 930, size)


def riverside(canvas: Canvas) -> None:
    canvas.landscape(380)
    canvas.block(80, 520, 300, 4, "#e9dcc5")
    canvas.block(1210, 520, 320, 4, "#dfe3d6")
    for x in range(440, 1200, 130):
        canvas.tree(x, 530, 170)
    canvas.gradient(520, 740, "#8dc2ba", "#4d9a92")
    for _ in range(30):
        x, y = canvas.chance.randrange(0, 1500), canvas.chance.randrange(540, 725)
        canvas.box(x, y, canvas.chance.randrange(50, 170), 5, "#b4dad3", 2)
    canvas.box(0, 735, 1600, 26, "#a9a79c")
    canvas.box(0, 760, 1600, 240, canvas.mood.path)
    for x in range(20, 1600, 120):
        canvas.box(x, 660, 14, 84, CREAM, 5)
    canvas.box(0, 674, 1600, 12, CREAM)
    canvas.polygon([(980, 760), (1300, 760), (1360, 850), (960, 850)], "#b77a3b")
    for x in (1040, 1130, 1220):
        canvas.line([(x, 760), (x + 14, 850)], "#9a5f27", 4)
    canvas.box(300, 800, 260, 20, CLAY, 6)
    for x in (320, 520):
        canvas.box(x, 820, 16, 70, "#7c4715")
    for x in (350, 420, 500):
        canvas.box(x, 786, 46, 12, CREAM, 3)
    for x, size in ((260, 190), (600, 185), (700, 175), (880, 180)):
        canvas.person(x, 905, size)


def courtyard(canvas: Canvas) -> None:
    canvas.landscape(400)
    canvas.block(0, 680, 500, 6, "#ecd9c4")
    canvas.block(1080, 680, 520, 6, "#e4e2d2")
    canvas.tree(800, 690, 300)
    canvas.polygon([(0, 680), (1600, 680), (1600, 1000), (0, 1000)], canvas.mood.path)
    for x in range(0, 1600, 200):
        canvas.line([(800 + (x - 800) * 0.7, 680), (800 + (x - 800) * 1.6, 1000)], "#ddd0b7", 4)
    for left, right, y in ((520, 1080, 560), (500, 1100, 610)):
        canvas.line([(left, y - 20), ((left + right) / 2, y + 8), (right, y - 20)], INK, 3)
        for number in range(7):
            x = left + 50 + number * (right - left - 100) / 6
            canvas.box(x - 24, y - 6, 48, 62, CLOTHES[(number * 3 + y) % 8], 6)
    for x, size in ((330, 200), (450, 185), (640, 195), (930, 200), (1060, 180), (1220, 205)):
        canvas.person(x, canvas.chance.randrange(880, 930), size)
    canvas.box(730, 850, 150, 18, CLAY, 6)
    for x in (744, 850):
        canvas.box(x, 868, 14, 60, "#7c4715")
    canvas.box(760, 836, 84, 14, CREAM, 3)


def board(canvas: Canvas) -> None:
    canvas.landscape(420)
    canvas.block(980, 700, 560, 6, "#e9dcc5")
    canvas.tree(110, 720, 360)
    canvas.polygon([(0, 690), (1600, 700), (1600, 1000), (0, 1000)], canvas.mood.path)
    for x in (330, 910):
        canvas.box(x, 380, 26, 470, "#7c4715")
    canvas.polygon([(270, 330), (1000, 330), (940, 260), (330, 260)], TILE)
    canvas.box(300, 370, 670, 350, "#8d6a3f", 10)
    canvas.box(320, 390, 630, 310, "#f4ecdb", 6)
    notes = (CREAM, "#cfe3dd", "#f6dd8e", "#f1c9c0")
    for row in range(2):
        for column in range(5):
            x, y = 345 + column * 120, 412 + row * 142
            canvas.box(x, y, 96, 122, notes[(row * 2 + column) % 4], 4)
            canvas.box(x + 14, y + 16, 50, 8, GLAZE, 3)
            for line in range(4):
                canvas.box(x + 14, y + 38 + line * 18, canvas.chance.randrange(36, 70), 5, "#8b938f", 2)
            canvas.oval(x + 48, y + 6, 6, 6, SEAL)
    for x, size in ((430, 230), (640, 215), (820, 235), (1120, 210), (1220, 200)):
        canvas.person(x, 930, size)


Scene = Callable[[Canvas], None]
# file below the example's folder, scene, mood, width in pixels
PICTURES: list[tuple[str, Scene, Mood, int]] = [
    ("报道/图片/村居.jpg", village, MORNING, 1600),
    ("报道/图片/花园.jpg", garden, NOON, 1600),
    ("报道/图片/会议室.jpg", meeting, NOON, 1600),
    ("报道/图片/榕树.jpg", banyan, DUSK, 1600),
    ("案例/图片/停车.jpg", parking, DUSK, 1200),
    ("案例/图片/楼道.jpg", stairwell, NOON, 1200),
    ("案例/图片/榕树.jpg", banyan, NOON, 1200),
    ("案例/图片/电梯.jpg", lift, MORNING, 1200),
    ("实践成果/学员03/照片1.jpg", courtyard, MORNING, 800),
    ("实践成果/学员03/照片2.jpg", meeting, DUSK, 800),
    ("实践成果/学员08/照片1.jpg", board, NOON, 800),
    ("实践成果/学员12/照片1.jpg", meeting, MORNING, 800),
    ("实践成果/学员17/照片1.jpg", garden, MORNING, 800),
    ("实践成果/学员17/照片2.jpg", garden, DUSK, 800),
    ("实践成果/学员26/照片1.jpg", parking, MORNING, 800),
    ("实践成果/学员33/照片1.jpg", courtyard, DUSK, 800),
    ("实践成果/学员44/照片1.jpg", meeting, RAIN, 800),
    ("实践成果/学员55/照片1.jpg", board, DUSK, 800),
    ("实践成果/学员62/照片1.jpg", stairwell, DUSK, 800),
    ("实践成果/学员69/照片1.jpg", courtyard, NOON, 800),
    ("实践成果/学员78/照片1.jpg", riverside, NOON, 800),
    ("实践成果/学员78/照片2.jpg", riverside, DUSK, 800),
    ("实践成果/学员84/照片1.jpg", stairwell, MORNING, 800),
]


def write(folder: Path) -> None:
    for position, (name, scene, mood, width) in enumerate(PICTURES):
        canvas = Canvas(mood, seed=2021 + position)
        scene(canvas)
        canvas.save(folder / name, width)
