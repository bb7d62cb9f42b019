"""Code of the recipes is copied as it stands, each block by a button of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from served import PAGES

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    Opener = Callable[..., Page]


def test_each_block_is_copied_by_its_own_button(open_page: Opener) -> None:
    """What is on the clipboard is the block's text, without its title and without the result."""
    page = open_page(PAGES["recipes"], width=375)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    blocks = page.locator("pre:has(> code:not(.language-text))")
    assert page.locator("[data-copies]:visible").count() == blocks.count() > 10
    for title, begins in (("refusals.py", "from pathlib import Path"), ("carried.sql", "SELECT")):
        block = blocks.filter(has=page.locator(f'code[title="{title}"]'))
        block.get_by_role("button").click()
        block.get_by_role("status").get_by_text("已复制").wait_for()
        text = block.locator("code").evaluate("n => n.textContent")
        assert page.evaluate("navigator.clipboard.readText()") == text
        assert text.startswith(begins)


def test_without_scripts_code_can_be_scrolled(open_page: Opener) -> None:
    """There are no buttons, and each block is reached by keyboard."""
    page = open_page(PAGES["recipes"], width=375, scripts=False)
    assert page.locator(".gk-code").count() == 0
    assert page.locator("pre > code:not([tabindex='0'])").count() == 0
