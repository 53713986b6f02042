"""Jupyter kernels that start with their libraries imported: forked from a process that has done it once.

A *kernel provisioner* is where jupyter_client starts a kernel, so whatever starts kernels by it (papermill, nbclient,
nbconvert, nbval, JupyterLab) can use this one with no change to a notebook, in any of three ways:

- `JUPYTER_DEFAULT_PROVISIONER_NAME=warm-provisioner` in the environment: all kernels of that program;
- the kernelspec `warm`, which is installed with the package: the kernels that are asked for by that name;
- `"metadata": {"kernel_provisioner": {"provisioner_name": "warm-provisioner", "config": {"preload": [...]}}}` in a
  kernelspec of one's own.

`WARMKERNEL_PRELOAD` (modules, with commas) and `WARMKERNEL_IDLE` (seconds) go before a kernelspec's `config`.

Three processes: the *client* (`provisioner`, `client`, `identity`) wants a kernel; the *parent* (`parent`, `watched`) has
the modules and forks; the fork becomes the *kernel* (`child`). One parent serves all clients of a user whose kernels
would start alike. It ends when nobody had a kernel of it for a while; a kernel ends with its client, as it always does.
Linux only: elsewhere, and when anything at all is not as it should be, the kernel is started as usual, and why is said
once. This package imports nothing of the project it stands in.

What a fork cannot give: an environment variable that a notebook sets for a library to read when it is imported comes too
late, and the seed of str hashes is the parent's.
"""
