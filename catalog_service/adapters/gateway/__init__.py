"""Payment services, each behind the port ``PaymentGateway``."""
