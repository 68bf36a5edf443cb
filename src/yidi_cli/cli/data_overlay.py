"""`yidi data new-region`: a commented file to start data of one's own."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yidi_cli.base.errors import InputError, safe_path
from yidi_cli.cli import options

if TYPE_CHECKING:
    from yidi_cli.rulebook.divisions import Place

Name = Annotated[str, typer.Argument(metavar="地方", help="市或省的名字")]
In = Annotated[str, typer.Option("--in", metavar="文件夹", help="放自己的数据的文件夹，没有就新建")]
Owner = Annotated[
    str, typer.Option("--owner", metavar="名字", help="这份数据是谁的，写在每一句后面")
]


def new_region(ctx: typer.Context, place: Name, folder: In = "", owner: Owner = "") -> None:
    """Write the files to start with; those that are there already stay as they are.

    A second city of a province goes into the same file: its part is printed, to be put there.
    """
    if not folder:
        raise InputError("写上放在哪个文件夹，例如：yidi data new-region 绵阳 --in 我的数据。")
    begun = options.start(ctx, plain=True, format_="")
    from yidi_cli.base.files import write_file
    from yidi_cli.plan.answers import insured_place
    from yidi_cli.rulebook.starting import about_file, region_file

    book, today, root = begun.book, begun.env.today, Path(folder)
    found = insured_place(place, book, "地方")
    # The rules of insurance are those of a pooling region, or of a whole province.
    region = book.places.pool(found) or found
    province = book.places.province(region)
    target = root / "regions" / f"{province.code}-{province.short}.yaml"
    if target.exists():
        _add_to(target, region, province, begun)
        return
    about = root / "overlay.yaml"
    files = {target: region_file(region, province, today)}
    if not about.exists():
        files[about] = about_file(owner or root.resolve().name, today)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise InputError(f"建不了文件夹 {safe_path(target.parent)}。换个位置。") from None
    for path, text in files.items():
        write_file(path, text)
    written = "、".join(safe_path(path) for path in files)
    begun.env.stdout.write(
        f"写好了：{written}。\n"
        f"接着：打开它，照里面的说明填。\n"
        f"查有没有写错：yidi data check {safe_path(root)}\n"
        f"看效果：yidi channels --city {region.short} --data {safe_path(root)}\n"
    )


def _add_to(target: Path, region: "Place", province: "Place", begun: options.Start) -> None:
    """Print the part for a city that a province's file lacks; InputError where it has it."""
    from yidi_cli.rulebook.load import read_text
    from yidi_cli.rulebook.starting import city_part

    text, _ = read_text(target, target.name)
    if region == province or text is None or region.code in text:
        what = f"{safe_path(target)} 已经有了，没有动它"
        raise InputError(f"{what}。打开它，接着写{region.name}的。")
    begun.env.stderr.write(
        f"{safe_path(target)} 已经有了，没有动它。把下面这段贴到它的 cities 里，缩进照旧：\n"
    )
    begun.env.stdout.write(city_part(region, begun.env.today))
