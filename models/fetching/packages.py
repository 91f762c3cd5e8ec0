"""Downloads and unpacks a pinned package through its registry's own client."""
import subprocess
import sys
import tarfile
import zipfile


def fetch(cache, registry, name, version):
    """Returns the folder that holds the unpacked package `name` at `version`; `registry` is pip or npm."""
    folder = cache / f"{name.replace('/', '-')}-{version}"
    if folder.exists():
        return content(folder)
    archives = cache / "archives" / folder.name
    archives.mkdir(parents=True, exist_ok=True)
    if registry == "pip":
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:"]
        subprocess.run([*command, "-d", str(archives), f"{name}=={version}"], check=True)
    else:
        command = ["npm", "pack", "--silent", f"{name}@{version}"]
        subprocess.run(command, cwd=archives, check=True, stdout=subprocess.DEVNULL)
    (archive,) = archives.iterdir()
    unpack(archive, folder)
    print(f"fetched {name} {version}")
    return content(folder)


def fetch_sdist(cache, name, version):
    """Returns the unpacked source distribution of the PyPI package `name`."""
    folder = cache / f"{name}-{version}-sdist"
    if not folder.exists():
        archives = cache / "archives" / folder.name
        archives.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", name]
        subprocess.run([*command, "-d", str(archives), f"{name}=={version}"], check=True)
        (archive,) = archives.iterdir()
        unpack(archive, folder)
    return content(folder)


def unpack(archive, folder):
    """Unpacks a wheel or a tarball."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as z:
            z.extractall(folder)
    else:
        with tarfile.open(archive) as t:
            t.extractall(folder, filter="data")


def content(folder):
    """An npm tarball and an sdist hold one folder, whose name says nothing."""
    inside = list(folder.iterdir())
    return inside[0] if len(inside) == 1 and inside[0].is_dir() else folder
