import gc
import os

from django.core.wsgi import get_wsgi_application
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yingzao.project.settings")
product = get_wsgi_application()

from yingzao.web.shared_pages import SharedPages  # noqa: E402 - the rooms have to be there

application = SharedPages(product)
# Behind a proxy every request comes from one address: the lock after wrong tries would hold for everybody at once.
if proxies := os.environ.get("YINGZAO_PROXIES"):
    application = wrap_wsgi_with_proxy_headers(application, trusted_hosts=proxies.split(","))

# What is loaded by now stays: the collector need not look at it again and again.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
