"""What `jupyter nbconvert --to` finds of ours. Light: nbconvert imports it on each of its calls, whatever it is to make."""

from __future__ import annotations

from nbconvert.exporters import Exporter
from traitlets import Unicode, default


class LedPptxExporter(Exporter):
    """Executed notebook to a deck for PowerPoint: `jupyter nbconvert --to led_pptx results.ipynb`."""

    export_from_notebook = "PowerPoint"
    template_pptx = Unicode("", help="A PowerPoint file whose layouts to use; by default our own.").tag(config=True)
    output_mimetype = "application/vnd.openxmlformats-officedocument.presentationml.presentation"

    @default("file_extension")
    def _file_extension_default(self):
        return ".pptx"

    def from_notebook_node(self, nb, resources=None, **kw):
        """The deck's bytes, and nbconvert's resources."""
        from pathlib import Path

        from ledanalysis.slides.forms import FORMS

        resources = self._init_resources(resources)
        name = resources["metadata"].get("name")
        made = FORMS["pptx"].write(nb, f"{name}.ipynb" if name else None, Path(self.template_pptx) if self.template_pptx else None)
        return made, resources | {"output_extension": self.file_extension}
