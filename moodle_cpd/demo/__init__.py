"""The embedded Moodle: a real HTTP server on loopback that speaks Moodle's REST protocol.

It holds a made-up prefecture and behaves as a real site does where it matters, bad behaviour
included. The command ``demo`` runs on it, and so do the tests of every other room.
"""

from __future__ import annotations

from moodle_cpd.demo.build import build_world
from moodle_cpd.demo.crowd_build import build_crowd
from moodle_cpd.demo.exchange import Hook, Request, Response
from moodle_cpd.demo.server import EmbeddedMoodle
from moodle_cpd.demo.world import World

__all__ = ["EmbeddedMoodle", "Hook", "Request", "Response", "World", "build_crowd", "build_world"]
