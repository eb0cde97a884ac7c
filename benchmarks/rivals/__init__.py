"""One row as Django, django-auditlog and django-simple-history keep it."""
