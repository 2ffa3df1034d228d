import os

from django.core.wsgi import get_wsgi_application
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yingzao.project.settings")
application = get_wsgi_application()
# Behind a proxy every request comes from one address: the lock after wrong tries would hold for everybody at once.
if proxies := os.environ.get("YINGZAO_PROXIES"):
    application = wrap_wsgi_with_proxy_headers(application, trusted_hosts=proxies.split(","))
