package dev.rhizome.binding;

import dev.rhizome.validation.Settings;
import dev.rhizome.validation.WholeNumber;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorFactory;
import java.lang.reflect.Constructor;

/** Makes the validators of constraints; the one whose bounds can be settings gets those. */
record ConstraintValidators(Settings settings) implements ConstraintValidatorFactory {

    @Override
    public <V extends ConstraintValidator<?, ?>> V getInstance(Class<V> type) {
        if (type == WholeNumber.Validator.class) {
            return type.cast(new WholeNumber.Validator(settings));
        }
        try {
            Constructor<V> constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " has no constructor without parameters", e);
        }
    }

    @Override
    public void releaseInstance(ConstraintValidator<?, ?> validator) {
        // nothing is held
    }
}
