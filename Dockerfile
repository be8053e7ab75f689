# The image that `kapply schedule` names: kapply and Node, nothing else: all that it uses is in the bundle. Build it with: docker build -t kapply .
FROM node:24-alpine AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build

FROM node:24-alpine
WORKDIR /app
COPY --from=build /src/package.json /src/oclif.manifest.json ./
COPY --from=build /src/bin/run.js ./bin/run.js
COPY --from=build /src/dist ./dist
# 65532 is "nonroot" by convention; a number, so that runAsNonRoot can be checked.
USER 65532:65532
ENTRYPOINT ["node", "/app/bin/run.js"]
