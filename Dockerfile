# The service and the sandbox manager: one image, two commands.
#
#   docker build -t reward-service .
#   docker run --rm --init -p 127.0.0.1:8000:8000 reward-service
#
# BASE_IMAGE is any Debian-like image, with a Python of its own (3.11 or later) or without:
# debian:bookworm-slim, python:3.13-slim-bookworm, or what debootstrap makes. The classic builder
# and BuildKit build the same.
ARG BASE_IMAGE=debian:bookworm-slim

FROM ${BASE_IMAGE} AS python
RUN command -v python3 >/dev/null || { \
      apt-get update -q && \
      DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends python3 && \
      rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/* /var/log/*; }

FROM python AS build
ARG PIP_INDEX_URL
# Certificates that the base image trusts stay trusted when Debian's own come beside them.
RUN python3 -c 'import ensurepip' 2>/dev/null || { \
      trusted=/etc/ssl/certs/ca-certificates.crt && \
      mkdir -p /usr/local/share/ca-certificates && \
      { [ ! -s $trusted ] || cp -L $trusted /usr/local/share/ca-certificates/base-image.crt; } && \
      apt-get update -q && DEBIAN_FRONTEND=noninteractive \
        apt-get install -qy --no-install-recommends python3-venv; }
WORKDIR /src
# What is installed from elsewhere comes first: it changes less often than the code.
COPY requirements/server.lock requirements/build.lock requirements/sdist.lock ./
RUN python3 -m venv /opt/build && /opt/build/bin/pip install -q --no-cache-dir \
      --disable-pip-version-check --only-binary :all: --require-hashes -r build.lock
# Three of them, Python alone, are published as sources only; setuptools, pinned too, makes them
# installable and goes. --no-deps: server.lock is all there is, and leaves out what is not needed.
RUN python3 -m venv --without-pip /opt/reward-service && \
    pip="/opt/build/bin/pip --python /opt/reward-service/bin/python" && \
    install="$pip install -q --no-cache-dir --disable-pip-version-check --no-deps \
      --only-binary :all: --require-hashes" && \
    $install -r sdist.lock && \
    $install --no-binary cellpylib,langdetect,zss --no-build-isolation -r server.lock && \
    $pip uninstall -qy setuptools && \
    cd /opt/reward-service/lib/python3*/site-packages && \
    rm -rf pyarrow/include pyarrow/tests pyarrow/src
COPY pyproject.toml README.md LICENSE ./
COPY reward_service reward_service
COPY verifiers verifiers
COPY sandboxes sandboxes
COPY trainer trainer
RUN /opt/build/bin/python -m hatchling build -t wheel -d /tmp/wheel && \
    /opt/build/bin/pip --python /opt/reward-service/bin/python install -q --no-cache-dir \
      --disable-pip-version-check --no-index --no-deps /tmp/wheel/*.whl

FROM python
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /nonexistent \
      --shell /usr/sbin/nologin reward
COPY --from=build /opt/reward-service /opt/reward-service
ENV PATH=/opt/reward-service/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    REWARD_SERVICE_HOST=0.0.0.0
USER reward
WORKDIR /tmp
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["python", "-I", "-c", "import http.client, os; \
at = http.client.HTTPConnection('127.0.0.1', int(os.environ.get('REWARD_SERVICE_PORT', 8000)), timeout=4); \
at.request('GET', '/healthz'); raise SystemExit(at.getresponse().status != 200)"]
ENTRYPOINT ["reward-service"]
CMD ["serve"]
