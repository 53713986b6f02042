"""Notebooks that others test kernels with give the same on a warm kernel, and every tool that starts kernels can use one."""

import asyncio
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import entry_points
from pathlib import Path

import nbformat
import papermill
import pytest
import warm
from jupyter_client.kernelspec import get_kernel_spec
from nbconvert.preprocessors import ExecutePreprocessor
from traitlets.config import Config

from ledanalysis.warmkernel import provisioner

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only; elsewhere they are stock kernels")

OWN = Path(papermill.__file__).parent / "tests" / "notebooks"
NOT_RUN = {  # papermill's, and why they say nothing here
    "binder.ipynb": "starts a papermill of its own",
    "blank-vscode.ipynb": "names no kernel",
    "keyboard_interrupt.ipynb": "sleeps for a minute",
    "notimplemented_translator.ipynb": "wants R",
    "test_autosave.ipynb": "sleeps",
}
AFTER_NBCLIENT = {  # nbclient's test notebooks are not in its package: rebuilt
    "Clear Output": ["from IPython.display import clear_output", "for i in range(9): clear_output(); print(i)", "print('Hello world')\nclear_output(wait=True)"],
    "Factorials": ["i, j = 1, 1", "for m in range(10):\n    i, j = j, i + j\n    print(j)"],
    "Inline Image": ["from IPython.display import Image", "Image(bytes.fromhex('89504e470d0a1a0a'), format='png', width=3)"],
    "SVG": ["from IPython.display import SVG", "SVG(data='<svg xmlns=\"http://www.w3.org/2000/svg\" height=\"9\" width=\"9\"><circle r=\"4\"/></svg>')"],
    "Unicode": ["print('☃')", "'☃ naïef'"],
    "Skip Exceptions": ["# first\nraise Exception('message')", "print('ok')"],
    "Empty Cell": ["", "print('after an empty one')"],
    "Update display id": ["display('one', display_id='here')", "display('two', display_id='here', update=True)", "display('three', display_id='other')"],
    "Output": [
        "import ipywidgets as widgets\nfrom IPython.display import clear_output\noutput1 = widgets.Output()\noutput1",
        "print('hi')\nwith output1:\n    print('in output')",
        "with output1:\n    raise ValueError('trigger msg error')",
        "outer, inner = widgets.Output(), widgets.Output()\nwith outer:\n    print('a'); display(inner)\n    with inner: print('b'); clear_output(wait=True); print('c')",
    ],
    "Interrupt": ["import os, signal, time\nos.kill(os.getpid(), signal.SIGINT); time.sleep(3)", "print('goes on')"],
    "Check History in Memory": ["get_ipython().history_manager.hist_file"],
    "Sleep1s": ["import time, datetime\nbefore = datetime.datetime.now(); time.sleep(0.2)", "(datetime.datetime.now() - before).total_seconds() >= 0.2"],
}


@pytest.fixture
def small_parent(warm_here, monkeypatch):
    """Kernels of a parent that imports next to nothing."""
    monkeypatch.setenv("WARMKERNEL_PRELOAD", "colorsys")


def run(path: Path, out: Path) -> tuple:
    """What papermill makes of a notebook: its cells' outputs, and how it ended."""
    try:
        papermill.execute_notebook(str(path), str(out), {"msg": "hello"}, progress_bar=False, cwd=str(OWN), shutdown_kernel="immediate")
        ended = ""
    except Exception as error:
        ended = f"{type(error).__name__} {warm.canonical(str(error))}"
    made = nbformat.read(out, as_version=4)
    return ended, [warm.outputs(cell) for cell in made.cells if cell.cell_type == "code"]


def test_papermills_own_notebooks_give_the_same(small_parent, tmp_path):
    if not OWN.is_dir():
        pytest.skip("this papermill is installed without its tests")
    paths = [path for path in sorted(OWN.glob("*.ipynb")) if path.name not in NOT_RUN]
    found, said = [], set(provisioner._said)
    for kind in (warm.STOCK, warm.WARM):
        warm.use(kind)
        with ThreadPoolExecutor(3) as pool:
            found.append(list(pool.map(lambda path, kind=kind: run(path, tmp_path / f"{kind}-{path.name}"), paths)))
    assert dict(zip(paths, found[1], strict=True)) == dict(zip(paths, found[0], strict=True))
    assert provisioner._said == said  # of no stock kernel in place of a warm one
    assert sum(ended == "" for ended, _ in found[0]) > 6 and sum(ended != "" for ended, _ in found[0]) > 3


def test_notebooks_after_nbclients_give_the_same(small_parent):
    cells = [cell for notebook in AFTER_NBCLIENT.values() for cell in notebook]
    stock, found = (warm.executed(kind, *cells) for kind in (warm.STOCK, warm.WARM))
    for source, one, other in zip(cells, stock.cells, found.cells, strict=True):
        assert warm.outputs(other) == warm.outputs(one), source


WHO = "import os, pathlib\nprint(pathlib.Path(f'/proc/{os.getppid()}/cmdline').read_bytes().count(b'warmkernel') > 0)"


def test_the_kernelspec_and_the_entry_point_are_installed():
    spec = get_kernel_spec("warm")
    assert (spec.display_name, spec.language, spec.interrupt_mode) == ("Python 3 (warm)", "python", "signal")
    assert spec.metadata["kernel_provisioner"]["provisioner_name"] == warm.WARM
    assert warm.WARM in entry_points(group="jupyter_client.kernel_provisioners").names


def test_papermill_and_nbconvert_use_it(small_parent, tmp_path):
    """By the name of the kernelspec, with whatever kernel the notebook names."""
    warm.use(warm.STOCK)
    nbformat.write(warm.notebook(WHO), tmp_path / "in.ipynb")
    made = papermill.execute_notebook(str(tmp_path / "in.ipynb"), None, kernel_name="warm", progress_bar=False)
    assert made.cells[-1].outputs[0].text == "True\n"
    made, _ = ExecutePreprocessor(kernel_name="warm").preprocess(warm.notebook(WHO), {"metadata": {"path": str(tmp_path)}})
    assert made.cells[0].outputs[0].text == "True\n"


def test_a_program_can_say_so_itself(small_parent, tmp_path, monkeypatch):
    """As `led report` may: for its own process, with the modules in the configuration that papermill hands on."""
    monkeypatch.delenv("WARMKERNEL_PRELOAD")
    warm.use(warm.STOCK)
    provisioner.use()
    nbformat.write(warm.notebook(WHO + "\nimport sys; print('colorsys' in sys.modules, 'pandas' in sys.modules)"), tmp_path / "in.ipynb")
    config = Config({"WarmProvisioner": {"preload": ["colorsys"]}})
    made = papermill.execute_notebook(str(tmp_path / "in.ipynb"), None, progress_bar=False, config=config)
    assert made.cells[-1].outputs[0].text == "True\nTrue False\n"


@pytest.mark.parametrize("tool", ["nbval", "nbconvert"])
def test_programs_use_it_by_the_environment(small_parent, tmp_path, tool):
    made = warm.notebook(WHO)
    made.cells[0].execution_count = 1
    made.cells[0].outputs = [nbformat.v4.new_output("stream", name="stdout", text="True\n")]
    nbformat.write(made, tmp_path / "in.ipynb")
    commands = {
        "nbval": ["pytest", "--nbval", "-p", "no:cacheprovider", "in.ipynb"],
        "nbconvert": ["nbconvert", "--execute", "--to", "notebook", "--output", "out.ipynb", "in.ipynb"],
    }
    env = os.environ | {"JUPYTER_DEFAULT_PROVISIONER_NAME": warm.WARM}
    done = subprocess.run([sys.executable, "-m", *commands[tool]], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    if tool == "nbconvert":
        assert json.loads((tmp_path / "out.ipynb").read_text())["cells"][0]["outputs"][0]["text"] == ["True\n"]


def test_a_server_as_jupyterlabs_uses_it(small_parent):
    from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager

    async def session():
        kernels = AsyncMappingKernelManager()
        number = await kernels.start_kernel(kernel_name="warm")
        kernel = kernels.get_kernel(number)
        kinds = [type(kernel.provisioner.process).__name__]
        client = kernel.client()
        client.start_channels()
        await client.wait_for_ready(timeout=60)
        await kernels.restart_kernel(number)
        kinds.append(type(kernel.provisioner.process).__name__)
        client.stop_channels()
        await kernels.shutdown_all()
        return kinds, kernel.has_kernel

    assert asyncio.run(session()) == (["ForkedProcess", "ForkedProcess"], False)
