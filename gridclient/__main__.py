"""``python -m gridclient``: the same as the ``gridclient`` command."""

from gridclient.cli import main

if __name__ == "__main__":
    main()
