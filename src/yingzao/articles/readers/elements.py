"""HTML's elements, and what becomes of them in an article."""


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Every element of HTML, old and new, those of SVG and MathML that carry content, and WeChat's players: not text,
# whatever else.
KNOWN = _names(
    """a abbr acronym address applet area article aside audio b base basefont bdi bdo bgsound big blink blockquote body br
    button canvas caption center cite code col colgroup command content data datalist dd del details dfn dialog dir div dl dt
    element em embed fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i
    iframe image img input ins isindex kbd keygen label legend li link listing main map mark marquee math menu menuitem meta
    meter multicol nav nextid nobr noembed noframes noscript object ol optgroup option output p param picture plaintext
    portal pre progress q rb rp rt rtc ruby s samp script search section select shadow slot small source spacer span strike
    strong style sub summary sup svg table tbody td template textarea tfoot th thead time title tr track tt u ul var video
    wbr xmp g path rect circle ellipse line polyline polygon text tspan defs use symbol animate animatetransform
    animatemotion set foreignobject mi mn mo ms mtext mglyph annotation-xml semantics desc
    mpvoice mpvideo qqmusic mpprofile mpcps mpchecktext mpshop mpgongyi mpnews
    """
)
BLOCKS = _names(
    """address article aside blockquote center dd details div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr
    li main nav ol p pre section summary table tbody td tfoot th thead tr ul"""
)
INLINE = _names(
    "a abbr b br cite code del em i img ins kbd mark q rp rt ruby s samp small span strong sub sup u var"
)
# Boxes that say nothing of the text: a paragraph is made of the innermost ones, the others go.
WRAPPERS = _names("div section article main center header address footer details summary")
DROPPED_WHOLE = _names(
    """script style template noscript iframe frame frameset object embed applet svg math select textarea title head nav
    aside form button video audio canvas xmp plaintext noembed noframes mpvoice mpvideo qqmusic"""
)
KEPT = (BLOCKS - WRAPPERS - DROPPED_WHOLE) | (INLINE - {"span"}) | {"caption"}
# Elements that need no end tag.
MAY_STAY_OPEN = _names(
    """p li dt dd tr td th thead tbody tfoot option br hr img input meta link area base col embed source track wbr"""
)
