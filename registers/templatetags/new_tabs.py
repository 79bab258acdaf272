"""Links that leave a page in a frame."""

from django import template

from registers.rules.embedding import in_new_tabs

register = template.Library()


@register.filter(is_safe=True)
def new_tabs(html: str) -> str:
    """Let every link of a rendered part open in a new tab."""
    return in_new_tabs(html)
