/**
 * A publisher of signed CVMFS repositories, for tests and the demo: describe a {@link
 * dev.cvmfs.shrinkwrap.publisher.Tree}, publish it with a {@link
 * dev.cvmfs.shrinkwrap.publisher.RepositoryPublisher}, serve it with a {@link
 * dev.cvmfs.shrinkwrap.publisher.RepositoryServer}, break it with {@link
 * dev.cvmfs.shrinkwrap.publisher.ObjectDamage} and {@link
 * dev.cvmfs.shrinkwrap.publisher.SignatureDamage}.
 *
 * <p>It shares the value types of the main code, but none of its readers, so that reader and writer
 * are checked against each other and both against {@link
 * dev.cvmfs.shrinkwrap.publisher.SampleRepository real repositories}.
 */
@NullMarked
package dev.cvmfs.shrinkwrap.publisher;

import org.jspecify.annotations.NullMarked;
