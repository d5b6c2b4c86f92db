"""``python -m daemon``: the same as ``plm``, for starters that know only an interpreter."""

from daemon.cli import main

if __name__ == "__main__":
    main(prog_name="plm")
