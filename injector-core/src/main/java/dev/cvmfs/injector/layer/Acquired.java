package dev.cvmfs.injector.layer;

import java.io.ByteArrayInputStream;
import java.util.Optional;
import java.util.concurrent.Future;

/** An object on its way: read from the old layer, being fetched, or in the cache. */
record Acquired(
    PlannedPart part, Optional<ByteArrayInputStream> member, Optional<Future<?>> fetch) {}
