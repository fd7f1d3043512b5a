"""What can go wrong when a diagram is drawn."""


class DiagramError(Exception):
    """A diagram cannot be drawn; the message is one sentence for the user."""


class InvalidDiagram(DiagramError):
    """The data contradict themselves, for example a move from a state that is not listed."""


class UnsupportedFormat(DiagramError):
    """The picture exists, but not in the format asked for."""


class DrawingFailed(DiagramError):
    """The layout or the image library refused the picture."""
