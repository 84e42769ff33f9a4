FROM maven:3.9.16-eclipse-temurin-25 AS build
WORKDIR /build
COPY pom.xml .
COPY build build
COPY .mvn .mvn
COPY src src
COPY migrations migrations
RUN mvn -B -ntp -Dmaven.test.skip package

FROM eclipse-temurin:25.0.4_7-jre-noble
# The folder of archives is there for a volume, which takes its owner from it.
RUN useradd --system --create-home --skel /dev/null --home-dir /var/lib/rhizome --uid 10001 rhizome && \
    install -d -o rhizome -g rhizome -m 700 /var/lib/rhizome/archive
COPY --from=build /build/target/unchecked/app /app
COPY bin/lib/java.options /app/java.options
COPY bin/lib/healthy /app/healthy
RUN echo "-XX:+UseCompactObjectHeaders --sun-misc-unsafe-memory-access=allow" >> /app/java.options
# A recorded start is replayed in about half the time.
RUN RHIZOME_OPERATOR_KEY=not-a-key-but-for-recording java @/app/java.options \
    -XX:AOTCacheOutput=/app/start.aot -Dspring.context.exit=onRefresh -jar /app/rhizome.jar serve
USER 10001
ENV RHIZOME_HOME=/var/lib/rhizome
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD ["bash", "/app/healthy"]
ENTRYPOINT ["java", "@/app/java.options", "-XX:AOTCache=/app/start.aot", "-jar", "/app/rhizome.jar"]
CMD ["serve"]
