# The playground, then a static binary with it inside, then nothing but that binary.
FROM node:24-bookworm-slim AS web
WORKDIR /src/web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci
COPY web/ ./
RUN npm run build

FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=web /src/web/dist web/dist
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /clustergraph ./cmd/clustergraph \
	&& mkdir -p /empty/data

FROM scratch
# Who vouches for the certificates of neo4j+s:// servers.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /clustergraph /clustergraph
# Nobody in particular, who owns nothing but the data.
COPY --from=build --chown=65532:65532 /empty/data /data
USER 65532:65532
ENV CLUSTERGRAPH_STORE=sqlite:/data/clustergraph.db \
	CLUSTERGRAPH_LISTEN=0.0.0.0:8080
VOLUME /data
EXPOSE 8080
# A large graph takes a while to load.
HEALTHCHECK --interval=5s --timeout=6s --start-period=2m CMD ["/clustergraph", "health"]
ENTRYPOINT ["/clustergraph"]
CMD ["serve"]
