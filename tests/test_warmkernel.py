"""A warm kernel shows what a stock kernel shows: cell by cell, in what it is made of, and in what it answers."""

import sys

import pytest
import warm

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only; elsewhere they are stock kernels")

CELLS = {
    "streams": 'import sys, os\nprint("out"); print("err", file=sys.stderr); 1 + 1',
    "below Python": 'os.write(1, b"written to the file\\n"); os.system("echo from a shell")',
    "shell": "!echo one; python -c \"print('two')\"",
    "cell magic": "%%bash\necho in bash",
    "tqdm": "from tqdm.auto import tqdm\nfor step in tqdm(range(3), desc='steps'): pass",
    "widgets": "import ipywidgets\nfrom IPython.display import HTML, clear_output, display\ndisplay(ipywidgets.IntSlider(value=3))",
    "interact": "@ipywidgets.interact(x=(0, 3))\ndef shown(x): print('x', x)",
    "output widget": "to = ipywidgets.Output()\nwith to: print('inside')\nto",
    "display updates": "handle = display(HTML('<b>a</b>'), display_id=True); handle.update(HTML('<b>b</b>'))",
    "cleared": "print('gone'); clear_output(); print('kept')",
    "frame": "import numpy as np, pandas as pd\npd.DataFrame(np.arange(60).reshape(2, 30)).add_prefix('long column name ')",
    "options": "pd.get_option('display.max_columns'), pd.get_option('display.width'), pd.get_option('display.encoding')",
    "figure": "import matplotlib, matplotlib.pyplot as plt\nplt.plot([1, 2, 3]); plt.title('Leren')",
    "seaborn": "import seaborn as sns\nsns.barplot(x=['a', 'b'], y=[1, 2])",
    "backend": "matplotlib.get_backend(), plt.rcParams['figure.dpi'], plt.isinteractive(), plt.get_fignums()",
    "error": "def wrong(): raise ValueError('boom é')\nwrong()",
    "error below": "pd.DataFrame({'a': [1]})['b']",
    "syntax": "for",
    "chained": "try: 1 / 0\nexcept ZeroDivisionError as error: raise RuntimeError('then') from error",
    "exit": "raise SystemExit('enough')",
    "main": "__name__, sys.argv[0].rpartition('/')[2], sys.path[0], sys.modules['__main__'].__dict__ is globals()",
    "processes": "import multiprocessing\nwith multiprocessing.get_context('fork').Pool(2) as pool: print(sum(pool.map(abs, range(-5, 5))))",
    "spawned": "with multiprocessing.get_context('spawn').Pool(1) as pool: print(pool.map(abs, [-1]))",
    "threads": "from concurrent.futures import ThreadPoolExecutor\n"
    "square = np.random.default_rng(0).normal(size=(300, 300))\n"
    "with ThreadPoolExecutor(4) as pool: found = list(pool.map(lambda _: (square @ square).sum(), range(4)))\nfound",
    "await": "import asyncio\nawait asyncio.sleep(0.01); print('awaited')",
    "timing": "%timeit -n1 -r1 pass",
    "logging": "import logging; logging.warning('warned')",
    "warning": "import warnings; warnings.warn('as a warning')",
    "filters": "[str(found) for found in warnings.filters]",
    "history": "In[1], len(Out), _i",
    "signals": "import signal\n[str(signal.getsignal(number)) for number in (2, 13, 15, 17)], signal.pthread_sigmask(signal.SIG_BLOCK, [])",
    "no input": "input('asked')",
    "own process": "os.getpgid(0) == os.getsid(0) == os.getpid(), os.environ['MPLBACKEND'], os.getcwd()",
    "collector": "import gc; gc.isenabled(), gc.get_threshold()",
    "interrupted": "import time\ntry: os.kill(os.getpid(), signal.SIGINT); time.sleep(5)\nexcept KeyboardInterrupt: print('interrupted')",
    "parquet": "import io\npage = io.BytesIO(); pd.DataFrame({'a': ['x', None]}).to_parquet(page); pd.read_parquet(page).dtypes",
    "nothing of ours": "sorted(name for name in sys.modules if 'ledanalysis' in name or 'warm' in name)",
}

# what a library, the interpreter or the system would tell of how the process began; each an expression
STATE = """
import atexit, builtins, comm, decimal, faulthandler, inspect, json, locale, logging, os, resource, signal, socket, stat, sys, tempfile, threading, warnings
import matplotlib.pyplot, numpy, pandas, pyarrow.parquet, seaborn
def kind(number):
    mode = os.fstat(number).st_mode
    return next((name for name in ("SOCK", "FIFO", "CHR") if getattr(stat, f"S_IS{name}")(mode)), "")
def files():
    found = [int(name) for name in os.listdir("/proc/self/fd")]
    links = [os.readlink(f"/proc/self/fd/{number}") for number in found if os.path.exists(f"/proc/self/fd/{number}") or number < 3]
    kinds = [link.partition(":")[0] for link in links if "eventfd" not in link and "sqlite" not in link]  # as threads happen to have begun
    return {name: kinds.count(name) for name in sorted(set(kinds))}
def blas():
    import ctypes, re
    paths = sorted(set(re.findall(r"/\\S*openblas\\S*", open("/proc/self/maps").read())))
    names = ("scipy_openblas_get_num_threads64_", "scipy_openblas_get_num_threads", "openblas_get_num_threads")
    return [getattr(library, name)() for library in map(ctypes.CDLL, paths) for name in names if hasattr(library, name)]
state = {
    "flags": str(sys.flags), "options": sys._xoptions, "argv": sys.argv[1:-1], "command": sys.orig_argv[:-1], "path": sys.path,
    "finders": [str(finder) for finder in sys.meta_path], "files": files(), "stdin": kind(0), "threads": sorted(t.name for t in threading.enumerate()),
    "own number": threading.main_thread().native_id == os.getpid(), "signals": {s: str(signal.getsignal(s)) for s in range(1, 32)},
    "wakeup": signal.set_wakeup_fd(-1), "filters": [str(found) for found in warnings.filters], "atexit": atexit._ncallbacks(),
    "handlers": {n: len(l.handlers) for n, l in logging.Logger.manager.loggerDict.items() if getattr(l, "handlers", None)},
    "root": [str(handler) for handler in logging.getLogger().handlers], "locale": locale.setlocale(locale.LC_ALL), "builtins": dir(builtins),
    "environment": dict(os.environ), "umask": os.umask(0o27), "recursion": sys.getrecursionlimit(), "stdout": sys.__stdout__.line_buffering,
    "stderr": sys.__stderr__.line_buffering, "pandas": pandas.describe_option(_print_desc=False), "rc": {k: str(v) for k, v in matplotlib.rcParams.items()},
    "numpy": [str(numpy.get_printoptions()), str(numpy.geterr())], "comms": sorted(comm.get_comm_manager().targets), "tmp": tempfile.tempdir,
    "events": {name: [str(f) for f in found] for name, found in get_ipython().events.callbacks.items()}, "names": sorted(globals()),
    "limits": [resource.getrlimit(getattr(resource, name)) for name in dir(resource) if name.startswith("RLIMIT")], "blas": blas(),
    "printers": sorted(str(key) for f in get_ipython().display_formatter.formatters.values() for key in [*f.type_printers, *f.deferred_printers]),
    "fault": faulthandler.is_enabled(), "decimal": str(decimal.getcontext()), "niceness": os.nice(0), "processors": sorted(os.sched_getaffinity(0)),
    "modules": sorted(set(sys.modules) - {"runpy"}),  # what -m is made with
}
print(json.dumps(state))
"""


@pytest.fixture(scope="module")
def both(warm_here):
    return {kind: warm.executed(kind, *CELLS.values()) for kind in (warm.STOCK, warm.WARM)}


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_shows_the_same(both, name):
    at = list(CELLS).index(name)
    stock, found = (warm.outputs(both[kind].cells[at]) for kind in (warm.STOCK, warm.WARM))
    assert found == stock and any(stock)


def test_widgets_are_kept_in_the_notebook_alike(both):
    states = [both[kind].metadata["widgets"]["application/vnd.jupyter.widget-state+json"]["state"] for kind in (warm.STOCK, warm.WARM)]
    kinds = [sorted(widget["model_name"] for widget in state.values()) for state in states]
    assert kinds[0] == kinds[1] and "IntSliderModel" in kinds[0]


@pytest.fixture(scope="module")
def two(warm_here):
    with warm.Running(warm.STOCK) as stock, warm.Running(warm.WARM) as found:
        assert found.is_warm and not stock.is_warm
        yield stock, found


def test_a_kernel_is_made_of_the_same(two):
    stock, found = (eval(warm.canonical(kernel.says(STATE, 60)), {"null": None, "true": True, "false": False}) for kernel in two)
    assert {name: value for name, value in found.items() if value != stock[name]} == {}


@pytest.mark.parametrize(
    "ask",
    [
        lambda client: client.kernel_info(reply=True),
        lambda client: client.complete("import matplotlib; matplotlib.pypl", reply=True),
        lambda client: client.complete("pandas.DataFr", reply=True),
        lambda client: client.inspect("pandas.DataFrame", 10, reply=True),
        lambda client: client.get_shell_msg(timeout=20) if client.is_complete("for x in y:") else None,
        lambda client: client.comm_info(reply=True),
    ],
    ids=["info", "complete import", "complete", "inspect", "is complete", "comms"],
)
def test_a_kernel_answers_the_same(two, ask):
    for kernel in two:
        kernel.says("import pandas, ipywidgets")
    stock, found = (ask(kernel.client)["content"] for kernel in two)
    for answer in (stock, found):
        answer.pop("banner", None)  # with a tip, drawn by lot
    assert found == stock and found["status"] in ("ok", "incomplete")


def test_a_page_that_is_opened_again_finds_its_widgets(two):
    """The front end asks for them on a comm that ipywidgets opens when it is imported in a kernel."""
    answers = []
    for kernel in two:
        kernel.says("import ipywidgets; slider = ipywidgets.IntSlider()")
        content = {"comm_id": "asked", "target_name": "jupyter.widget.control", "data": {}}
        kernel.client.shell_channel.send(kernel.client.session.msg("comm_open", content, metadata={"version": "1.0.0"}))
        content = {"comm_id": "asked", "data": {"method": "request_states"}}
        kernel.client.shell_channel.send(kernel.client.session.msg("comm_msg", content))
        message = {"header": {"msg_type": ""}, "content": {"data": {}}}
        while message["header"]["msg_type"] != "comm_msg":
            message = kernel.client.get_iopub_msg(timeout=20)
        answers.append((message["content"]["data"]["method"], len(message["content"]["data"]["states"]) > 0))
    assert answers[1] == answers[0] == ("update_states", True)


def test_a_debugger_stops_at_a_line(two):
    """As JupyterLab's does: over the control channel, in a cell it has been given."""
    places = []
    for kernel in two:

        def asked(command, kernel=kernel, **arguments):
            message = kernel.client.session.msg("debug_request", {"type": "request", "seq": 1, "command": command, "arguments": arguments})
            kernel.client.control_channel.send(message)
            return kernel.client.get_control_msg(timeout=30)["content"]

        code = "def doubled(x):\n    return 2 * x\ndoubled(21)"
        asked("initialize", clientID="test", adapterID="", pathFormat="path")
        asked("attach")
        source = {"path": asked("dumpCell", code=code)["body"]["sourcePath"]}
        asked("setBreakpoints", source=source, breakpoints=[{"line": 2}], sourceModified=False)
        asked("configurationDone")
        kernel.client.execute(code)
        event = {}
        while event.get("event") != "stopped":
            message = kernel.client.get_iopub_msg(timeout=30)
            event = message["content"] if message["msg_type"] == "debug_event" else {}
        frames = asked("stackTrace", threadId=event["body"]["threadId"])["body"]["stackFrames"]
        places.append([(frame["name"], frame["line"]) for frame in frames][:2])
        asked("continue", threadId=event["body"]["threadId"])
        assert kernel.client.get_shell_msg(timeout=30)["content"]["status"] == "ok"
        asked("disconnect", terminateDebuggee=False)
    assert places[1] == places[0] == [("doubled", 2), ("<module>", 3)]


def test_a_question_is_asked_and_answered(two):
    for kernel in two:
        texts = []
        kernel.client.execute_interactive(
            "print('got', input('your name? '))", allow_stdin=True, timeout=30, stdin_hook=lambda message, kernel=kernel: kernel.client.input("Noor"),
            output_hook=lambda message, texts=texts: texts.append(message["content"].get("text", "")),
        )  # fmt: skip
        assert "".join(texts) == "got Noor\n"


def test_a_notebook_begins_as_if_there_had_been_none_before(warm_here):
    change = """
import os, random, matplotlib, numpy as np, pandas as pd, seaborn as sns
pd.options.display.max_rows = 3; np.pi = 3; mine = 1; os.environ["MINE"] = "1"; sns.set_theme(style="dark"); os.chdir("/")
"""
    look = """
import os, random, matplotlib, multiprocessing, numpy as np, pandas as pd, seaborn as sns
print(pd.options.display.max_rows, np.pi > 3.1, "mine" in globals(), "MINE" in os.environ, matplotlib.rcParams["axes.facecolor"], os.getcwd() == "/")
"""
    rest = "print(random.random(), np.random.rand(), np.random.default_rng().random(), multiprocessing.current_process().authkey.hex())"
    with warm.Running() as first, warm.Running() as second:
        first.says(change)
        assert second.says(look) == "60 True False False white False"
        numbers = [kernel.says(rest).split() for kernel in (first, second)]
        assert first.parent() == second.parent() and not set(numbers[0]) & set(numbers[1])
    with warm.Running() as third:
        assert not {*third.says(look + rest).split()} & {*numbers[0], *numbers[1]}
