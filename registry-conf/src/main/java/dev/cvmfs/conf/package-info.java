/**
 * Configuration in CVMFS's {@code KEY=VALUE} syntax: {@link dev.cvmfs.conf.ConfLocator} finds and
 * reads it, {@link dev.cvmfs.conf.RegistryConf} says what it means for registries and images.
 */
@NullMarked
package dev.cvmfs.conf;

import org.jspecify.annotations.NullMarked;
