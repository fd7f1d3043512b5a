from pathlib import Path
from xml.etree import ElementTree

import pytest
from toy_charts import MODEL, Job, Light

from checker.cli.diagram import deliver, pictures_of
from checker.cli.main import run
from checker.lang import EoscheckError
from diagrams import Chart

TOY = str(Path(__file__).parent / "toy_charts.py")
PLAIN = str(Path(__file__).parents[2] / "bench" / "idempotent_producer.py")
CHARTS = {"worker": Job, "traffic light": Light}
BEGINNINGS = {"svg": b"<svg", "png": b"\x89PNG", "dot": b"digraph", "mmd": b"---"}


def diagram(*arguments: str) -> int:
    return run(["diagram", *arguments])


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert diagram(*arguments) == 2
    said, complaint = capsys.readouterr()
    assert not said
    assert complaint.startswith("eoscheck: ")
    assert complaint.count("\n") == 1
    return complaint


def test_an_enum_of_a_model_goes_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert diagram("Light", "--model", TOY, "--format", "mermaid") == 0
    drawn = capsys.readouterr().out
    assert drawn.startswith('---\ntitle: "Light: a state without a chart"\n---\nstateDiagram-v2\n')
    assert "state_RED --> state_GREEN : switch\n" in drawn


def test_svg_unless_asked_otherwise(capsys: pytest.CaptureFixture[str]) -> None:
    assert diagram("Job", "--model", TOY) == 0
    assert ElementTree.fromstring(capsys.readouterr().out).tag.endswith("svg")


def test_all_charts_need_a_folder(capsys: pytest.CaptureFixture[str]) -> None:
    assert diagram("all", "--model", TOY, "--format", "dot") == 2
    told = capsys.readouterr()
    assert told.err == "eoscheck: all stands for several pictures: name a folder with -o\n"
    assert told.out == ""


@pytest.mark.parametrize("ending", BEGINNINGS)
def test_the_ending_of_a_file_is_its_format(ending: str, tmp_path: Path) -> None:
    file = tmp_path / f"light.{ending}"
    assert diagram("Light", "--model", TOY, "-o", str(file)) == 0
    assert file.read_bytes().startswith(BEGINNINGS[ending])
    assert list(tmp_path.iterdir()) == [file]


def test_all_charts_in_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "charts"
    for _ in range(2):
        assert diagram("all", "--model", TOY, "--format", "dot", "-o", str(folder)) == 0
    assert sorted(file.name for file in folder.iterdir()) == ["Job.dot", "Light.dot"]


def test_roles_are_named_as_the_model_names_them(tmp_path: Path) -> None:
    pictures = pictures_of(MODEL.instance(), CHARTS, "all")
    assert [chart.title for chart in pictures.values()] == [
        "Worker: what becomes of a job",
        "Traffic light: a state without a chart",
    ]
    deliver(pictures, "mermaid", str(tmp_path), to_folder=True)
    names = sorted(file.name for file in tmp_path.iterdir())
    assert names == ["traffic-light.mmd", "worker.mmd"]


def test_an_unknown_role() -> None:
    with pytest.raises(EoscheckError) as found:
        pictures_of(MODEL.instance(), CHARTS, "broker")
    sentence = "there is no chart of 'broker'; there are: worker, traffic light, all"
    assert str(found.value) == sentence


def test_the_roles_of_kafka(tmp_path: Path) -> None:
    assert diagram("all", "--format", "mermaid", "-o", str(tmp_path)) == 0
    drawn = {file.stem: file.read_text() for file in tmp_path.iterdir()}
    plain = {"producer", "partition", "consumer", "group-coordinator", "transactional-consumer"}
    assert set(drawn) == plain | {"transaction-manager", "transaction-coordinator"}
    assert "[*] --> state_UNSENT\n" in drawn["producer"]
    assert "state_UNSENT --> state_ACCUMULATED : send record\n" in drawn["producer"]
    assert not any("FORBIDDEN" in text for text in drawn.values())


def test_an_unknown_role_of_kafka(capsys: pytest.CaptureFixture[str]) -> None:
    said = refused(capsys, "controller")
    assert "there are: producer, partition, consumer, transaction-manager, " in said


@pytest.mark.parametrize("role", ["transaction-coordinator", "transaction coordinator"])
def test_a_role_of_transactions(role: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert diagram(role, "--format", "mermaid") == 0
    drawn = capsys.readouterr().out
    assert '"Transaction coordinator: what becomes of a transaction"' in drawn
    assert "state_ONGOING --> state_PREPARE_COMMIT : EndTxn<br/>late EndTxn" in drawn


def test_bad_usage_is_one_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    model = ("--model", TOY)
    assert "there are: Job, Light, all" in refused(capsys, "Nobody", *model)
    assert "name its file with -o" in refused(capsys, "Job", *model, "--format", "png")
    assert "'gif' is not one of" in refused(capsys, "Job", *model, "--format", "gif")
    assert ".jpg says no format" in refused(capsys, "Job", *model, "-o", str(tmp_path / "a.jpg"))
    assert "Is a directory" in refused(capsys, "Job", *model, "-o", str(tmp_path))
    assert "No such file" in refused(capsys, "Job", *model, "-o", str(tmp_path / "no" / "a.svg"))
    assert "File exists" in refused(capsys, "all", *model, "--format", "dot", "-o", TOY)
    assert "no field whose type is an enum" in refused(capsys, "Job", "--model", PLAIN)
    assert "there is no such file" in refused(capsys, "Job", "--model", str(tmp_path / "no.py"))
    assert not list(tmp_path.iterdir())


def test_nothing_is_written_where_one_picture_fails(tmp_path: Path) -> None:
    small = Chart("Small", ("A",), None, ())
    large = Chart("Large", tuple(f"S{number}" for number in range(61)), None, ())
    with pytest.raises(EoscheckError, match="more than 60 states"):
        deliver({"small": small, "large": large}, "svg", str(tmp_path / "charts"), to_folder=True)
    assert not list(tmp_path.iterdir())
