# The image that `kapply schedule` names: kapply and Node, nothing else: all that it uses is in the bundle. Build it with
#   docker build -t kapply --build-arg NODE_IMAGE="$(scripts/pinImage.sh node:24-alpine)" .
# which takes the base image by its digest, as a release does; without the argument it is what the tag names that day.
ARG NODE_IMAGE=node:24-alpine
FROM $NODE_IMAGE AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build

FROM $NODE_IMAGE
ARG NODE_IMAGE
ARG VERSION=unknown
LABEL org.opencontainers.image.title=kapply \
  org.opencontainers.image.source=https://github.com/kapply/kapply \
  org.opencontainers.image.licenses=Apache-2.0 \
  org.opencontainers.image.version=$VERSION \
  org.opencontainers.image.base.name=$NODE_IMAGE
WORKDIR /app
COPY --from=build /src/package.json /src/oclif.manifest.json /src/LICENSE ./
COPY --from=build /src/bin/run.js /src/bin/package.json ./bin/
COPY --from=build /src/dist ./dist
# A pipeline that runs in the image calls it by its name.
RUN ln -s /app/bin/run.js /usr/local/bin/kapply
# 65532 is "nonroot" by convention; a number, so that runAsNonRoot can be checked.
USER 65532:65532
ENTRYPOINT ["node", "/app/bin/run.js"]
