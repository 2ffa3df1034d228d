"""Telephones in texts are masked, whatever stands around them; what only looks like one is not."""

import hashlib

import pytest

from yingzao.core.masking import mask_phones_in

# The SHA-256 of a text, with the figures of a mobile number in a row.
HASH = "9ae2bdd7beedc2e766c6b76585530e16925115707dc7a06ab5ee4aa2776b2c7b"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("打我电话 13612345678", "打我电话 136****5678"),
        ("电话13612345678，或 +86 139-1234-0001", "电话136****5678，或 139****0001"),
        ("a13612345678b", "a136****5678b"),
        (f"SHA-256 {HASH}", f"SHA-256 {HASH}"),
        (f"{HASH} 13612345678", f"{HASH} 136****5678"),
        (f"{HASH}0", f"{HASH}0".replace("16925115707", "169****5707")),  # 65 characters: no hash
    ],
)
def test_telephones_are_masked_and_hashes_stay_whole(text, masked):
    assert mask_phones_in(text) == masked


def test_no_hash_of_a_thousand_is_touched():
    hashes = [hashlib.sha256(str(n).encode()).hexdigest() for n in range(1000)]
    assert [mask_phones_in(each) for each in hashes] == hashes
