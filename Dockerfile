# The static release binary, the program of the functions of its estates, and nothing else: `bash packaging/static` makes it.
FROM scratch
COPY target/static/terrella target/static/bootstrap /
VOLUME /data
EXPOSE 4566
ENTRYPOINT ["/terrella"]
CMD ["start", "--listen", "0.0.0.0:4566", "--data", "/data", "--trust-network"]
