"""Whether a lead or a deal is worth the effort: criteria with their evidence, and answers that people give."""

from tools.lead.qualification.qualifying import qualify_record
from tools.lead.qualification.setting import set_qualification

__all__ = ["qualify_record", "set_qualification"]
