"""The watch itself: each thing that must fail a test is done once, and must be seen."""

import http.server
import threading

import pytest

POLICY = "default-src 'none'; script-src 'self' 'nonce-x'; style-src 'self'; img-src 'self'"
PAGES = {
    "/good": (200, "<title>x</title><script nonce=x>window.ran = true</script>"),
    "/inline": (200, "<script>1</script>"),
    "/style": (200, '<p style="color: red">x</p>'),
    "/throws": (200, "<script nonce=x>throw new Error('broken')</script>"),
    "/logs": (200, "<script nonce=x>console.error('bad')</script>"),
    "/missing": (200, '<img src="/nowhere.png">'),
    "/foreign": (200, '<img src="http://example.invalid/x.png">'),
    "/fails": (500, "<title>x</title>"),
    "/refused": (404, "<title>x</title>"),
}


@pytest.fixture(scope="module")
def server():
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            status, body = PAGES.get(self.path, (404, ""))
            self.send_response(status)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Security-Policy", POLICY)
            self.end_headers()
            self.wfile.write(f"<!doctype html><html lang=en>{body}".encode())

        def log_message(self, *arguments):
            pass

    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()


@pytest.mark.parametrize("path", ["/good", "/refused"])
def test_what_is_in_order_is_no_problem(page, server, problems, path):
    page.goto(server + path)
    assert problems == []


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/inline", "policy"),
        ("/style", "policy"),
        ("/throws", "page"),
        ("/logs", "console"),
        ("/missing", "answer"),
        ("/foreign", "foreign"),
        ("/fails", "answer"),
    ],
)
def test_problem_is_seen(page, server, problems, path, kind):
    page.goto(server + path)
    page.wait_for_load_state("networkidle")
    assert kind in {problem.split(":")[0] for problem in problems}
    problems.clear()


def test_accessibility_is_examined(page, server, accessible):
    page.goto(server + "/good")
    page.set_content(
        "<!doctype html><html lang=zh><title>x</title><main><img src='/good'><button></button></main>"
    )
    assert [line.split(" ")[0] for line in accessible(page)] == ["button-name", "image-alt"]
