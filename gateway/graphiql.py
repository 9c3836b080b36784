"""The GraphiQL page: vendored whole, asking no other server, with no script in the page itself."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_KINDS: Final = {".js": "text/javascript", ".css": "text/css"}
STATIC: Final = (
    "graphiql.min.css",
    "graphiql.min.js",
    "page.css",
    "react-dom.production.min.js",
    "react.production.min.js",
    "start.js",
)
_PAGE: Final = """<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>GraphiQL: Homeward</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/graphiql/graphiql.min.css">
<link rel="stylesheet" href="/graphiql/page.css">
</head>
<body>
<div id="graphiql"></div>
<noscript>This page needs JavaScript. The same questions can be sent to /graphql.</noscript>
<script src="/graphiql/react.production.min.js"></script>
<script src="/graphiql/react-dom.production.min.js"></script>
<script src="/graphiql/graphiql.min.js"></script>
<script src="/graphiql/start.js"></script>
</body>
</html>
"""
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src data:; img-src data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def routes() -> list[Route]:
    """The page and the files that it loads; nothing else of the folder is served."""
    folder = files("gateway") / "static" / "graphiql"
    contents = {name: (folder / name).read_bytes() for name in STATIC}

    async def page(_: Request) -> Response:
        return Response(_PAGE, headers={"Content-Security-Policy": _POLICY}, media_type="text/html")

    def static(name: str) -> Route:
        kind = _KINDS[name[name.rindex(".") :]]

        async def one(_: Request) -> Response:
            headers = {"Cache-Control": "public, max-age=3600"}
            return Response(contents[name], headers=headers, media_type=kind)

        return Route(f"/graphiql/{name}", one)

    return [Route("/graphiql", page), *(static(name) for name in STATIC)]
