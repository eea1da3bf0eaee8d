"""Mingjing 明镜: administrative enforcement, recorded, judged, reviewed, published and provable."""
