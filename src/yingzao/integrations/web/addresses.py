"""Which machines may be asked: those of the public network, and those that the operator named.

Without this, whoever can name an address could read through us what only our own network is meant to see.
"""

import ipaddress
import socket
import threading
from collections.abc import Sequence

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# Services that tell a machine its own secrets. Never asked, whatever the operator opened: link-local ones of most clouds,
# Alibaba Cloud's, Azure's, and Amazon's on IPv6.
METADATA = tuple(
    ipaddress.ip_network(text)
    for text in ("169.254.0.0/16", "100.100.100.200/32", "168.63.129.16/32", "fd00:ec2::/32", "fe80::/10")
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052; the last 32 bits are the IPv4 address
_CARRIER = ipaddress.IPv4Network("100.64.0.0/10")  # RFC 6598


def innermost(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for: mapped, 6to4, Teredo, NAT64; otherwise itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return (
        address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None) or address
    )


def may_be_asked(address: Address, inner: Sequence[Network] = ()) -> bool:
    """Whether a connection to this address may be made. `inner` are networks that the operator opened."""
    meant = innermost(address)
    if any(one in network for one in (address, meant) for network in METADATA):
        return False
    if any(one in network for one in (address, meant) for network in inner):
        return True
    return all(_is_public(one) for one in (address, meant))


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        if address.is_site_local:
            return False
        if innermost(address) != address:
            return True  # judged by what it stands for
    elif address in _CARRIER:
        return False
    return address.is_global and not (
        address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_reserved
        or address.is_unspecified
    )


def resolve(host: str, port: int, seconds: float) -> list[Address]:
    """What the name stands for now, in the resolver's order. Raises OSError, TimeoutError among them."""
    found: list[Address] = []
    failed: list[Exception] = []

    def look_up() -> None:
        try:
            for *_kind, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
                address = ipaddress.ip_address(str(place[0]).partition("%")[0])
                if address not in found:
                    found.append(address)
        except (OSError, ValueError) as failure:  # UnicodeError of an impossible name is a ValueError
            failed.append(failure)

    # The system's resolver cannot be told to hurry: it is left behind.
    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise TimeoutError
    if failed or not found:
        raise OSError(str(failed[0]) if failed else "")
    return found
