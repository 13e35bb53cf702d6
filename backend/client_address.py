"""Which address a request comes from, when proxies stand in between."""

import ipaddress
from collections.abc import Sequence

from flask import Request

from backend.config import Network

UNKNOWN = "unknown"
IPV6_PREFIX_BITS = 64
"""One customer's share of IPv6: whoever has it has 2^64 addresses to send from."""


def client_address(request: Request, trusted_proxies: Sequence[Network]) -> str:
    """Return the address of whoever sent the request; for IPv6 the network that one customer has.

    X-Forwarded-For is believed only from a trusted proxy, and read from its end: each proxy appends whom it heard from, so the
    first untrusted address from the right is the client, and whatever stands left of it is the client's own invention.
    """
    hops = [request.remote_addr or ""]
    if trusted_proxies:
        forwarded = ",".join(request.headers.getlist("X-Forwarded-For"))
        hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()] + hops
    address = None
    for hop in reversed(hops):
        parsed = _parse(hop)
        if parsed is None:
            break
        address = parsed
        if not any(address in network for network in trusted_proxies):
            break
    return _network_of(address) if address else UNKNOWN


def _parse(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _network_of(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(ipaddress.ip_network((address, IPV6_PREFIX_BITS), strict=False))
